package dev.mokha.knowledge.triples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DictionaryTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "القاهرة\n/m/027rn\n12\n",
                "القاهرة\t0\n/m/027rn\t1\n12\t2\n",
                "3\n12\t2\nالقاهرة\t0\n/m/027rn\t1",
                "3\r\n12\t2\r\n/m/027rn\t1\r\nالقاهرة\t0\r\n\r\n"
            })
    void namesStandOnTheirLinesOrBesideTheirNumbers(String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        for (Path file :
                new Path[] {write("names.txt", text), Files.write(folder.resolve("names.txt.gz"), bytes.toByteArray())
                }) {
            var names = Dictionary.of(file);
            assertThat(names.size()).isEqualTo(3);
            assertThat(names.name("0")).isEqualTo("القاهرة");
            assertThat(names.name("1")).isEqualTo("/m/027rn");
            assertThat(names.name("002")).isEqualTo("12");
            assertThatThrownBy(() -> names.name("3")).hasMessageContaining("3 is beyond the 3 names of " + file);
            assertThatThrownBy(() -> names.name("-1")).hasMessageContaining("'-1' is no number");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a\\n\\nb            | line 2: a name is empty
            a\\t0\\nb           | line 2: found 'b', not a name, a tab and a number
            a\\t0\\n\\t1         | line 2: found '\t1', not a name
            a\\nb\\t1           | line 2: found a tab
            a\\t0\\nb\\t0        | line 2: the number 0 has two names
            a\\t0\\nb\\t2        | no name has the number 1
            3\\na\\t0\\nb\\t1     | line 1: says that 3 names follow, and 2 do
            a\\t0\\nb\\t999999999 | line 2: the number 999999999 is far beyond
            """)
    void whatIsNoListOfNamesIsNamedWithItsLine(String text, String message) throws IOException {
        Path file = write("names.txt", text.translateEscapes());
        assertThatThrownBy(() -> Dictionary.of(file))
                .isInstanceOf(MalformedFactsException.class)
                .hasMessageContaining("names.txt")
                .hasMessageContaining(message)
                .hasMessageNotContaining("--skip-bad");
    }

    @Test
    void aNumberBeyondTheNamesIsABadLine() throws IOException {
        Dictionary names = Dictionary.of(write("names.txt", "a\nb\n"));
        Path file = write("a.tsv", "0\tr\t1\n0\tr\t2\n1\tr\t0\n");
        var read = new Collected();
        assertThatThrownBy(() -> FactFile.of(file).read(new BadLines(0), new NamedFacts(names, null, read)))
                .hasMessageContaining("a.tsv, line 2: 2 is beyond the 2 names of")
                .hasMessageContaining("--skip-bad");
        read.facts.clear();
        var bad = new BadLines(1);
        FactFile.of(file).read(bad, new NamedFacts(names, null, read));
        assertThat(read.facts).containsExactly(new Fact("a", "r", "b"), new Fact("b", "r", "a"));
        assertThat(bad.skipped()).isEqualTo(1);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
