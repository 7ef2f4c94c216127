package dev.mokha.knowledge.triples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FactFileTest {
    private static final String EX = "http://example.org/";

    @TempDir
    private Path folder;

    @Test
    void tsvIsReadAsItIsGzippedOrNot() throws IOException {
        String text = "\ufeffالقاهرة\tعاصمة\tمصر\r\n\n\"a\"\tis not\tquoted \n";
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        for (Path file :
                List.of(write("plain.tsv", text), Files.write(folder.resolve("packed.tsv.gz"), bytes.toByteArray()))) {
            var read = Collected.of(file, new BadLines(0));
            assertThat(read.facts)
                    .containsExactly(new Fact("القاهرة", "عاصمة", "مصر"), new Fact("\"a\"", "is not", "quoted "));
            assertThat(read.lines).containsExactly(1L, 3L);
        }
    }

    @Test
    void aHeaderNamesTheColumnsOfSnapshotsAndSplits() throws IOException {
        var columns = new Columns(true, "s", "p", "o", "day", "part");
        Path file = write("days.tsv", "day\tpart\ts\tp\to\nmon\ttrain\ta\tr\tb\ntue\tTEST\tb\tr\tc\n");
        var read = Collected.of(new FactFile(file, FactFormat.TSV, columns, false), new BadLines(0));
        assertThat(read.facts).containsExactly(new Fact("a", "r", "b"), new Fact("b", "r", "c"));
        assertThat(read.places).containsExactly("mon/train", "tue/test");
        assertThatThrownBy(
                        () -> Collected.of(new FactFile(file, FactFormat.TSV, Columns.NAMED, false), new BadLines(9)))
                .hasMessageContaining("days.tsv, line 1")
                .hasMessageContaining("no column 'head'")
                .hasMessageContaining("--head");
    }

    @Test
    void csvFieldsInQuotesHoldCommasQuotesAndLineEnds() throws IOException {
        Path file = write("a.csv", "tail,head,relation\n\"b, \"\"c\"\"\",\"a\nz\",r\n\n\"\"\"x\"\"\",y,\"\"\"\"\n");
        var read = Collected.of(file, new BadLines(0));
        assertThat(read.facts).containsExactly(new Fact("a\nz", "r", "b, \"c\""), new Fact("y", "\"", "\"x\""));
        assertThat(read.lines).containsExactly(2L, 5L);
    }

    @Test
    void aQuoteThatNobodyClosesCostsItsOwnLineOnly() throws IOException {
        Path file = write("a.csv", "head,relation,tail\na,r,\"b\nc,r,d\ne,r,f\n");
        var bad = new BadLines(1);
        assertThat(Collected.of(file, bad).facts).containsExactly(new Fact("c", "r", "d"), new Fact("e", "r", "f"));
        assertThat(bad.skipped()).isEqualTo(1);
        assertThatThrownBy(() -> Collected.of(file, new BadLines(0)))
                .hasMessageContaining("line 2: a quote is opened and never closed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a.tsv | a;r;b     | found one field, 'a;r;b', not 3
            a.tsv | a\tr\tb\tc | found 4 fields, not 3
            a.tsv | a\t\tb    | is empty
            a.nt  | <x> <y> 1 | no N-Triples
            """)
    void theMillionthLineIsNamedWhenItIsBad(String name, String line, String message) throws IOException {
        String text = "\n".repeat(999_999) + line.translateEscapes() + '\n';
        Path file = write(name, text);
        assertThatThrownBy(() -> Collected.of(file, new BadLines(0)))
                .isInstanceOf(MalformedFactsException.class)
                .hasMessageContaining(name + ", line 1000000: ")
                .hasMessageContaining(message)
                .hasMessageContaining("--skip-bad");
        var bad = new BadLines(1);
        assertThat(Collected.of(file, bad).facts).isEmpty();
        assertThat(bad.skipped()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"a.tsv, a\tr\t", "a.csv, 'a,r,'", "a.nt, '<u:a> <u:r> <u:'", "a.ttl, '<u:a> <u:r> <u:'"})
    void whatIsNotUtf8IsNamedWithItsLine(String name, String start) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(("\n\n" + start).getBytes(StandardCharsets.UTF_8));
        bytes.write(0xc0);
        bytes.write('\n');
        Path file = Files.write(folder.resolve(name), bytes.toByteArray());
        assertThatThrownBy(() -> Collected.of(file, new BadLines(0)))
                .isInstanceOf(MalformedFactsException.class)
                .hasMessageContaining("line 3: not UTF-8");
    }

    @ParameterizedTest
    @CsvSource({"TURTLE", "RDFXML", "JSONLD"})
    void rdfFormatsSayTheSame(FactFormat format) throws IOException {
        String text = switch (format) {
            case TURTLE -> """
                        @prefix ex: <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
                        ex:a ex:r ex:b, "left out" ; rdfs:label "Anna"@de ; ex:knows [ ex:r ex:b ] .
                        """;
            case RDFXML -> """
                        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://example.org/"
                          xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#">
                        <rdf:Description rdf:about="http://example.org/a"><ex:r rdf:resource="http://example.org/b"/>
                        <ex:r>left out</ex:r><rdfs:label xml:lang="de">Anna</rdfs:label><ex:knows><rdf:Description>
                        <ex:r rdf:resource="http://example.org/b"/></rdf:Description></ex:knows></rdf:Description></rdf:RDF>
                        """;
            default -> """
                        {"@context": {"ex": "http://example.org/", "label": "http://www.w3.org/2000/01/rdf-schema#label"},
                         "@id": "ex:a", "ex:r": [{"@id": "ex:b"}, "left out"], "label": {"@value": "Anna", "@language": "de"},
                         "ex:knows": {"ex:r": {"@id": "ex:b"}}}
                        """;
        };
        var file = new FactFile(write("data.x", text), format, null, false);
        var read = new Collected();
        assertThat(file.read(new BadLines(0), read)).as("literals left out").isEqualTo(1);
        assertThat(read.facts)
                .containsExactlyInAnyOrder(
                        new Fact(EX + "a", EX + "r", EX + "b"),
                        new Fact(EX + "a", EX + "knows", "urn:mokha:blank:data.x:1"),
                        new Fact("urn:mokha:blank:data.x:1", EX + "r", EX + "b"));
        assertThat(read.mentions).containsExactly(EX + "a=Anna");
    }

    /// A fact's line is that of its last word; JSON-LD becomes facts when all of it was read, and has none.
    @Test
    void rdfDocumentsTellTheirLinesWhereTheirParsersDo() throws IOException {
        Path turtle = write("a.ttl", """
                @prefix ex: <http://example.org/> .
                # a comment
                ex:a ex:r ex:b ,
                    ex:c ; ex:s
                  [ ex:t
                    ex:d ] .
                ex:a ex:list (ex:e
                  ex:f) .
                """);
        assertThat(Collected.of(turtle, new BadLines(0)).lines)
                .startsWith(3L, 4L)
                .contains(6L, 7L, 8L)
                .doesNotContain(0L, 1L, 2L);
        Path xml = write("a.rdf", """
                <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://example.org/">
                <rdf:Description rdf:about="http://example.org/a">
                  <ex:r rdf:resource="http://example.org/b"/>
                  <ex:s
                    rdf:resource="http://example.org/c"/>
                </rdf:Description></rdf:RDF>
                """);
        assertThat(Collected.of(xml, new BadLines(0)).lines).containsExactly(3L, 5L);
        Path json = write("a.jsonld", """
                {"@context": {"ex": "http://example.org/"},
                 "@id": "ex:a", "ex:r": {"@id": "ex:b"}}
                """);
        assertThat(Collected.of(json, new BadLines(0)).lines).containsExactly(0L);
    }

    @Test
    void aBlankNodeIsTheSameOnAllLinesAndABrokenLineSaysNothing() throws IOException {
        Path file = write("a.nt", """
                # N-Triples
                _:x <u:r:> <u:a:> .
                <u:a:> <u:r:> _:x . # again
                <u:a:> <u:r:> <u:b:> . <u:broken
                <u:a:> <u:r:> _:y .
                """);
        var bad = new BadLines(1);
        var read = Collected.of(file, bad);
        assertThat(read.facts)
                .containsExactly(
                        new Fact("urn:mokha:blank:a.nt:1", "u:r:", "u:a:"),
                        new Fact("u:a:", "u:r:", "urn:mokha:blank:a.nt:1"),
                        new Fact("u:a:", "u:r:", "urn:mokha:blank:a.nt:2"));
        assertThat(read.lines).containsExactly(2L, 3L, 5L);
        assertThat(bad.skipped()).isEqualTo(1);
    }

    @Test
    void nothingIsFetchedFromAnywhere() throws IOException {
        Path secret = write("secret.txt", "secret");
        Path json = write("a.jsonld", "{\"@context\": \"" + secret.toUri() + "\", \"@id\": \"urn:a:b\", \"p\": \"x\"}");
        assertThatThrownBy(() -> Collected.of(json, new BadLines(0)))
                .isInstanceOf(MalformedFactsException.class)
                .hasMessageContaining("a.jsonld");
        Path xml = write(
                "a.rdf",
                "<!DOCTYPE r [<!ENTITY e SYSTEM \"" + secret.toUri() + "\">]><rdf:RDF"
                        + " xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:x=\"urn:x:\"><rdf:Description"
                        + " rdf:about=\"urn:a:b\"><x:p>&e;</x:p></rdf:Description></rdf:RDF>");
        try {
            var read = Collected.of(new FactFile(xml, FactFormat.RDFXML, null, true), new BadLines(0));
            assertThat(read.facts.toString()).doesNotContain("secret");
        } catch (MalformedFactsException e) {
            assertThat(e).hasMessageContaining("a.rdf");
        }
    }

    @Test
    void halfACharacterIsRefused() throws IOException {
        String text = "{\"@id\": \"urn:a:b\", \"urn:a:r\": {\"@value\": \"%s\"}}";
        Path whole = write("a.jsonld", text.formatted("\\ud83d\\ude00 😀"));
        assertThat(Collected.of(new FactFile(whole, FactFormat.JSONLD, null, true), new BadLines(0)).facts)
                .containsExactly(new Fact("urn:a:b", "urn:a:r", "\"😀 😀\""));
        Path half = write("b.jsonld", text.formatted("\\ud83d a"));
        assertThatThrownBy(() -> Collected.of(new FactFile(half, FactFormat.JSONLD, null, true), new BadLines(0)))
                .hasMessageContaining("b.jsonld: ")
                .hasMessageContaining("\\uD83D in a name is half of a character");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\"", "<u:b>"})
    void aRelationThatIsABlankNodeIsABadLine(String tail) throws IOException {
        Path file = write("a.nt", "<u:a> <u:r> <u:b> .\n<u:a> <_:r> " + tail + " .\n");
        assertThatThrownBy(() -> Collected.of(file, new BadLines(0)))
                .isInstanceOf(MalformedFactsException.class)
                .hasMessageContaining("a.nt, line 2: no N-Triples: a relation without a name");
        assertThat(Collected.of(file, new BadLines(1)).facts).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"@base <u_:a> .", "BASE <u_:a>"})
    void aBaseThatIsNoIriIsRefused(String base) throws IOException {
        Path file = write("a.ttl", base + "\n<b> <r> <c> .\n");
        assertThatThrownBy(() -> Collected.of(file, new BadLines(0)))
                .isInstanceOf(MalformedFactsException.class)
                .hasMessageContaining("a.ttl: no Turtle: <u_:a>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.ttl", "a.nt"})
    void manyDotsAreRefused(String name) throws IOException {
        Path file = write(name, "@..............................]\n");
        assertThatThrownBy(() -> Collected.of(file, new BadLines(0)))
                .isInstanceOf(MalformedFactsException.class)
                .hasMessageContaining("dots");
    }

    @Test
    void brokenTurtleIsNamedWithItsLine() throws IOException {
        Path file = write("a.ttl", "<u:a> <u:r> <u:b> .\n<u:a> <u:r> .\n");
        assertThatThrownBy(() -> Collected.of(file, new BadLines(5))).hasMessageContaining("a.ttl, line 2: no Turtle");
        assertThatThrownBy(() -> FactFile.of(Path.of("a.docx")))
                .hasMessageContaining("a.docx")
                .hasMessageContaining("jsonld");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://example.org/.", "http://example.org/a/../b", "http://example.org/./b?c", "x:/.."})
    void aPathWithDotsIsReadBackAsItWas(String name) throws IOException {
        var fact = new Fact(name, "http://example.org/r", name + "#d");
        for (FactFormat format : List.of(FactFormat.NTRIPLES, FactFormat.TURTLE)) {
            assertThat(roundTrip(List.of(fact), format)).as(format.toString()).containsExactly(fact);
        }
    }

    @Property(tries = 60)
    void whatIsWrittenIsReadBackTheSame(@ForAll("facts") List<Fact> facts) throws IOException {
        for (FactFormat format : List.of(FactFormat.NTRIPLES, FactFormat.TURTLE)) {
            assertThat(roundTrip(facts, format)).as(format.toString()).containsExactlyElementsOf(facts);
        }
        List<Fact> plain = without(facts, "[\\t\\r\\n\\ufeff]");
        assertThat(roundTrip(plain, FactFormat.TSV)).containsExactlyElementsOf(plain);
        List<Fact> noReturns = without(facts, "\\r");
        assertThat(roundTrip(noReturns, FactFormat.CSV)).containsExactlyElementsOf(noReturns);
        assertThat(roundTrip(facts, FactFormat.JSONLD)).containsExactlyInAnyOrderElementsOf(new LinkedHashSet<>(facts));
        var xml = new LinkedHashSet<Fact>();
        for (Fact fact : facts) {
            try {
                roundTrip(List.of(fact), FactFormat.RDFXML);
                xml.add(fact);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("write N-Triples");
            }
        }
        assertThat(roundTrip(List.copyOf(xml), FactFormat.RDFXML)).containsExactlyInAnyOrderElementsOf(xml);
    }

    @Provide
    Arbitrary<List<Fact>> facts() {
        Arbitrary<String> text = Arbitraries.strings()
                .withChars("aZ0 .:/[]<>\"\\%+#'_-é\t\n\r\u0000مصر漢")
                .withCharRange('\u00a0', '\u02ff')
                .ofMinLength(1)
                .ofMaxLength(8);
        Arbitrary<String> names = Arbitraries.oneOf(
                text,
                text.map(end -> EX + end),
                Arbitraries.of(
                        EX + "x",
                        "urn:mokha:name:a%20b",
                        "_:b0",
                        "/m/027rn",
                        "😀",
                        "a:b",
                        "http://[",
                        "x:[",
                        "mailto:x@y"));
        Arbitrary<String> tails = Arbitraries.oneOf(
                names,
                Arbitraries.of(
                        "\"Kairo\"@de",
                        "\"Kairo\"@de-DE",
                        "\"1\"^^<http://www.w3.org/2001/XMLSchema#int>",
                        "\"01\"^^<http://www.w3.org/2001/XMLSchema#integer>",
                        "\"{}\"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>",
                        "\"x\"^^<x:[>",
                        "\"a\\\"\\n\\\\\""));
        return Combinators.combine(names, names, tails).as(Fact::new).list().ofMaxSize(12);
    }

    private static List<Fact> without(List<Fact> facts, String pattern) {
        var found = Pattern.compile(pattern);
        return facts.stream()
                .filter(fact -> !found.matcher(fact.toString()).find())
                .toList();
    }

    private static List<Fact> roundTrip(List<Fact> facts, FactFormat format) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var writer = FactWriter.of(bytes, new FactWriter.Layout(format, Map.of("ex", EX), null, null));
        for (Fact fact : facts) {
            writer.write(fact, Split.TRAIN, "");
        }
        writer.end();
        Path file = Files.createTempFile("facts", ".any");
        try {
            Files.write(file, bytes.toByteArray());
            var read = Collected.of(new FactFile(file, format, null, true), new BadLines(0));
            return new ArrayList<>(read.facts);
        } finally {
            Files.delete(file);
        }
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
