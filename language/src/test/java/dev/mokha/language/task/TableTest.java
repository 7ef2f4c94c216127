package dev.mokha.language.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TableTest {
    @TempDir
    Path folder;

    private Path write(String name, String text) {
        return write(folder, name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Path write(Path folder, String name, byte[] bytes) {
        try {
            return Files.write(folder.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Row> rows(String name, String text) {
        return Table.of(write(name, text)).rows(BadRows.stop());
    }

    @Test
    void linesAreCountedThroughQuotesBlankLinesAndEveryLineEnd() {
        List<Row> rows = rows("a.csv", "text,label\r\n\r\n\"one\r\ntwo\",x\n\n\"say \"\"hi\"\"\",y\n\"a,b\",z");
        assertThat(rows).extracting(row -> row.place().line()).containsExactly(3L, 6L, 7L);
        assertThat(rows).extracting(row -> row.field("text")).containsExactly("one\r\ntwo", "say \"hi\"", "a,b");
        assertThat(rows).extracting(row -> row.field("label")).containsExactly("x", "y", "z");
    }

    @Test
    void aQuoteInPlainTabsIsACharacterLikeAnyOther() {
        List<Row> rows = rows("a.tsv", "s\tlabel\n\" he said\t1\nsay \"no\"\t0\n");
        assertThat(rows).extracting(row -> row.field("s")).containsExactly("\" he said", "say \"no\"");
        Path file = write("b.tsv", "s\tlabel\n\"a\tb\"\t1\n");
        List<Row> quoted = Table.of(file).withFormat(TableFormat.QUOTED_TSV).rows(BadRows.stop());
        assertThat(quoted.getFirst().field("s")).isEqualTo("a\tb");
    }

    @Test
    void jsonLinesNameTheirColumnsThemselves() {
        List<Row> rows = rows("a.jsonl", "{\"t\":\"x\",\"n\":3}\n\n{\"t\":\"y\",\"n\":null,\"c\":[\"p\",\"q\"]}");
        assertThat(rows.getFirst().values()).containsExactly(entry("t", "x"), entry("n", "3"));
        assertThat(rows.get(1).values()).containsExactly(entry("t", "y"), entry("c", "[\"p\",\"q\"]"));
        assertThat(rows.get(1).place().line()).isEqualTo(3);
        assertThatThrownBy(() -> rows.get(1).field("n")).hasMessageContaining("line 3: there is no column 'n'");
        assertThatThrownBy(() -> rows("b.jsonl", "{\"t\":1}\n{oops\n"))
                .hasMessageContaining("b.jsonl, line 2: not JSON");
        assertThatThrownBy(() -> rows("c.jsonl", "[1]\n")).hasMessageContaining("line 1: a JSON object is needed");
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstColumnsName() {
        assertThat(rows("a.csv", "\uFEFFtext\nx\n").getFirst().columns()).containsExactly("text");
    }

    @Test
    void gzipIsKnownByItsBytesNotItsName() throws IOException {
        Path file = folder.resolve("a.csv");
        try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("text\nx\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Table.of(file).rows(BadRows.stop())).hasSize(1);
        byte[] bytes = Files.readAllBytes(file);
        Path cut = write(folder, "cut.csv.gz", Arrays.copyOf(bytes, bytes.length - 6));
        assertThatThrownBy(() -> Table.of(cut).rows(BadRows.stop()))
                .isInstanceOf(TaskDataException.class)
                .hasMessageContaining("broken gzip");
    }

    @Test
    void withoutAHeaderColumnsAreNumbersOrTheNamesGiven() {
        Path file = write("a.tsv", "x\tPOS\ny\tNEG\n");
        assertThat(Table.of(file)
                        .withoutHeader(List.of())
                        .rows(BadRows.stop())
                        .get(1)
                        .values())
                .containsExactly(entry("1", "y"), entry("2", "NEG"));
        assertThat(Table.of(file).withoutHeader(List.of("t", "l")).rows(BadRows.stop()))
                .hasSize(2)
                .first()
                .extracting(row -> row.field("l"))
                .isEqualTo("POS");
    }

    @Test
    void aRowWithTheWrongNumberOfFieldsIsNamed() {
        assertThatThrownBy(() -> rows("a.csv", "text,label\nfine,1\nthis, that,0\n"))
                .hasMessageContaining("a.csv, line 3: 3 fields, where the columns are 2: 'text', 'label'")
                .hasMessageContaining("in quotes")
                .hasMessageContaining("--skip-bad-rows");
        assertThatThrownBy(() -> rows("a.tsv", "text\tlabel\nfine\n")).hasMessageContaining("line 2: 1 fields");
    }

    @Test
    void aQuoteThatNobodyClosesIsNamedWhereItsRowBegins() {
        assertThatThrownBy(() -> rows("a.csv", "text,label\nfine,1\n\"open,0\nmore,1\n"))
                .hasMessageContaining("a.csv, line 3: a quote is opened and never closed");
        assertThatThrownBy(() -> rows("b.csv", "text,label\n\"a\"b,1\n")).hasMessageContaining("line 2: broken row");
    }

    @Test
    void badRowsCanBeLeftOutAndAreCounted() {
        Path file = write("a.csv", "text,label\none,1\n\"open,0\ntwo,1\n\"x\"y,0\n\n\"th\nree\",1,1\nfour,0\n");
        BadRows bad = BadRows.skip();
        assertThat(Table.of(file).rows(bad))
                .extracting(row -> row.field("text"))
                .containsExactly("one", "two", "four");
        assertThat(bad.count()).isEqualTo(3);
        assertThat(bad.first())
                .satisfiesExactly(
                        a -> assertThat(a).contains("line 3"),
                        b -> assertThat(b).contains("line 5"),
                        c -> assertThat(c).contains("line 7: 3 fields"));
    }

    @Test
    void filesThatHoldNothingAreNamed() {
        assertThatThrownBy(() -> rows("a.csv", " \n")).hasMessageContaining("a.csv is empty");
        assertThatThrownBy(() -> rows("b.csv", "text,label\n")).hasMessageContaining("a header and no row");
        assertThatThrownBy(() -> Table.of(folder.resolve("no.csv")).rows(BadRows.stop()))
                .hasMessageContaining("there is no file");
        assertThatThrownBy(() -> new Table(folder, TableFormat.CSV, true, List.of()).rows(BadRows.stop()))
                .hasMessageContaining("is a folder");
        assertThatThrownBy(() -> Table.of(write("a.xlsx", "x"))).hasMessageContaining("--format");
    }

    @Test
    void bytesThatAreNotUtf8AreNamedWithTheirLine() {
        Path file = write(folder, "a.csv", new byte[] {'t', '\n', 'a', '\n', (byte) 0xc7, '\n'});
        assertThatThrownBy(() -> Table.of(file).rows(BadRows.stop()))
                .hasMessageContaining("a.csv, line 3: byte 0xC7 is not UTF-8")
                .hasMessageContaining("iconv");
        Path cut = write(folder, "b.csv", new byte[] {'t', '\n', 'a', (byte) 0xc3});
        assertThatThrownBy(() -> Table.of(cut).rows(BadRows.stop())).hasMessageContaining("line 2: byte 0xC3");
    }

    @Test
    void twoColumnsOfOneNameAreRefused() {
        assertThatThrownBy(() -> rows("a.csv", "x,y,x\n1,2,3\n")).hasMessageContaining("two columns have one name");
    }

    @Property(tries = 200)
    void whatIsWrittenWithQuotesIsReadBackWithItsLine(@ForAll("texts") List<String> texts) {
        var file = new StringBuilder("text,n\n");
        List<Long> lines = new ArrayList<>();
        long line = 2;
        for (int i = 0; i < texts.size(); i++) {
            lines.add(line);
            String text = texts.get(i);
            file.append('"')
                    .append(text.replace("\"", "\"\""))
                    .append("\",")
                    .append(i)
                    .append('\n');
            line += 1 + text.chars().filter(c -> c == '\n').count();
        }
        Path at = write(shared(), "property.csv", file.toString().getBytes(StandardCharsets.UTF_8));
        List<Row> rows = Table.of(at).rows(BadRows.stop());
        assertThat(rows).extracting(row -> row.field("text")).isEqualTo(texts);
        assertThat(rows).extracting(row -> row.place().line()).isEqualTo(lines);
    }

    @Provide
    Arbitrary<List<String>> texts() {
        return Arbitraries.strings()
                .withChars("ab,\" \n\t\u0645\u0639")
                .ofMaxLength(6)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    private static Path shared = Path.of("");

    private static Path shared() {
        return shared;
    }

    @BeforeContainer
    static void makeFolder() throws IOException {
        shared = Files.createTempDirectory("table");
    }

    @AfterContainer
    static void removeFolder() throws IOException {
        Files.deleteIfExists(shared.resolve("property.csv"));
        Files.deleteIfExists(shared);
    }
}
