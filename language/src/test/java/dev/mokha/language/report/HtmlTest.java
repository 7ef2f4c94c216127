package dev.mokha.language.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlTest {
    private static final String EVIL = "<script>\"a\" & 'b'</script>";
    private static final String ESCAPED = "&lt;script&gt;&quot;a&quot; &amp; 'b'&lt;/script&gt;";

    @TempDir
    Path folder;

    @Test
    void everyTextIsEscaped() throws IOException {
        var html = new Html(EVIL);
        html.heading(EVIL);
        html.subheading(EVIL);
        html.paragraph(EVIL);
        html.code(EVIL);
        html.table(List.of(List.of(EVIL), List.of(EVIL)));
        html.sample(EVIL, EVIL, EVIL);
        String page = written(html);
        assertThat(page).doesNotContain("<script>");
        // Twice for the title; a sample escapes its language, prompt and text.
        assertThat(page.split(ESCAPED, -1)).hasSize(1 + 2 + 4 + 2 + 3);
    }

    @Test
    void samplesStandInTheirLanguagesDirection() throws IOException {
        var html = new Html("samples");
        html.sample("ar", "كان", " يا ما كان");
        html.sample("fa-AF", "ب", "پ");
        html.sample("en", "Once", " upon a time");
        assertThat(written(html))
                .contains("<blockquote lang=\"ar\" dir=\"rtl\"><span class=\"prompt\">كان</span> يا ما كان")
                .contains("<blockquote lang=\"fa-AF\" dir=\"rtl\">")
                .contains("<blockquote lang=\"en\" dir=\"ltr\"><span class=\"prompt\">Once</span> upon a time");
    }

    @Test
    void theFirstRowOfATableIsItsHead() throws IOException {
        var html = new Html("table");
        html.table(List.of(List.of("a", "b"), List.of("1", "2")));
        assertThat(written(html))
                .contains("<tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td>2</td></tr>")
                .startsWith("<!doctype html>")
                .endsWith("</html>\n");
    }

    @Test
    void aPageThatCannotBeWrittenIsNamed() {
        assertThatThrownBy(() -> new Html("x").write(folder.resolve("none/page.html")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("page.html");
    }

    private String written(Html html) throws IOException {
        Path file = folder.resolve("page.html");
        html.write(file);
        assertThat(file.resolveSibling("page.html.partial")).doesNotExist();
        return Files.readString(file);
    }
}
