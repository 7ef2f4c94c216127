package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KgCommandTest {
    @TempDir
    private Path folder;

    private Path store;

    @BeforeEach
    void place() {
        store = folder.resolve("graph.db");
    }

    @Test
    void daysAreImportedLookedAtAndExported() throws IOException {
        Path monday =
                write("monday.tsv", "Cairo\tcapital of\tEgypt\nEgypt\tneighbor\tSudan\nCairo\tcapital of\tEgypt\n");
        Path tuesday = write("tuesday.tsv", "Egypt\tneighbor\tLibya\n");
        Path gone = write("gone.tsv", "Egypt\tneighbor\tSudan\n");
        var run = Run.mokha("kg", "import", monday, "--store", store, "--snapshot", "mon");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("0 'mon'", "+2 -0 facts, 1 duplicate; 3 entities, 2 relations");
        assertThat(Run.mokha("kg", "import", tuesday, "--remove", gone, "--store", store)
                        .out())
                .contains("1 '1'", "+1 -1 facts");
        assertThat(Run.mokha("kg", "history", "--store", store).out().lines()).hasSize(2);
        assertThat(Run.mokha("kg", "history", "--store", store, "--json").out()).contains("\"removed\" : 1");
        assertThat(Run.mokha("kg", "facts", "Egypt", "--store", store).out().lines())
                .containsExactly(
                        "Cairo\tcapital of\tEgypt\t# train, snapshot 0, " + monday + ":1",
                        "Egypt\tneighbor\tLibya\t# train, snapshot 1, " + tuesday + ":1");
        assertThat(Run.mokha("kg", "facts", "Egypt", "--limit", "1", "--json", "--store", store)
                        .out())
                .contains("\"facts_in_all\" : 2");
        Path exported = folder.resolve("out.tsv");
        assertThat(Run.mokha("kg", "export", exported, "--store", store).code()).isZero();
        assertThat(exported).hasContent("Cairo\tcapital of\tEgypt\nEgypt\tneighbor\tLibya\n");
        assertThat(Run.mokha("kg", "export", exported, "--snapshot", "0", "--store", store)
                        .code())
                .isZero();
        assertThat(exported).hasContent("Cairo\tcapital of\tEgypt\nEgypt\tneighbor\tSudan\n");
    }

    @Test
    void unknownNamesAndEntitiesWithoutFactsAreAnswered() throws IOException {
        Path facts = write("a.tsv", "Cairo\tcapital of\tEgypt\n");
        Run.mokha("kg", "import", facts, "--store", store);
        var unknown = Run.mokha("kg", "facts", "Ciaro", "--store", store);
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("no entity 'Ciaro'");
        assertThat(Run.mokha("kg", "facts", "Caro", "--store", store).err()).contains("did you mean: Cairo?");
        Run.mokha("kg", "import", "--remove", facts, "--store", store);
        var nothing = Run.mokha("kg", "facts", "Cairo", "--store", store);
        assertThat(nothing.code()).isZero();
        assertThat(nothing.out()).contains("knows nothing about Cairo");
    }

    @Test
    void aMalformedLineStoresNothing() throws IOException {
        Path facts = write("a.tsv", "a\tr\tb\nwrong\nc\tr\td\n");
        var run = Run.mokha("kg", "import", facts, "--store", store);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("a.tsv, line 2: found one field, 'wrong', not 3", "--skip-bad");
        assertThat(folder.toFile().list()).containsExactly("a.tsv");
        var skipping = Run.mokha("kg", "import", facts, "--store", store, "--skip-bad", "1");
        assertThat(skipping.err()).contains("skipped 1 bad line");
        assertThat(skipping.out()).contains("+2 -0 facts");
    }

    @Test
    void columnsNameSnapshotsAndSplits() throws IOException {
        Path file = write("d.csv", "day,part,head,relation,tail\n0,train,a,r,b\n0,test,b,r,c\n1,valid,c,r,d\n");
        var run =
                Run.mokha("kg", "import", file, "--store", store, "--snapshot-column", "day", "--split-column", "part");
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines()).hasSize(2);
        assertThat(Run.mokha("kg", "facts", "c", "--store", store).out())
                .contains("# test, snapshot 0", "# valid, snapshot 1");
        assertThat(Run.mokha("kg", "import", file, "--store", store, "--snapshot-column", "day")
                        .err())
                .contains("there is a snapshot '0' already");
    }

    @Test
    void numbersBecomeTheNamesOfDictionaries() throws IOException {
        Path file = write("d.tsv", "snapshot\tsplit\thead\trelation\ttail\n0\ttrain\t1\t0\t0\n1\ttest\t0\t0\t1\n");
        Path entities = write("entities.txt", "القاهرة\nمصر\n");
        Path relations = write("relation2id.txt", "1\nعاصمة\t0\n");
        var run = Run.mokha(
                "kg",
                "import",
                file,
                "--store",
                store,
                "--snapshot-column",
                "snapshot",
                "--split-column",
                "split",
                "--entities",
                entities,
                "--relations",
                relations);
        assertThat(run.err()).isEmpty();
        assertThat(Run.mokha("kg", "facts", "مصر", "--store", store).out())
                .contains("مصر\tعاصمة\tالقاهرة\t# train, snapshot 0, " + file + ":2")
                .contains("القاهرة\tعاصمة\tمصر\t# test, snapshot 1, " + file + ":3");
    }

    @Test
    void labelsAndPrefixesNameAnEntity() throws IOException {
        Path file = write("a.ttl", """
                @prefix ex: <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
                ex:q85 rdfs:label "القاهرة"@ar ; ex:capitalOf ex:q79 ; ex:population 10 .
                """);
        assertThat(Run.mokha("kg", "import", file, "--store", store).err()).contains("left out 1 literal");
        for (String name : new String[] {"القاهرة", "ex:q85", "http://example.org/q85"}) {
            assertThat(Run.mokha("kg", "facts", name, "--store", store).out())
                    .startsWith("ex:q85\tex:capitalOf\tex:q79\t");
        }
        Path exported = folder.resolve("out.ttl");
        assertThat(Run.mokha("kg", "export", exported, "--store", store).code()).isZero();
        assertThat(exported).content().contains("ex:q85 ex:capitalOf ex:q79 ;\n    rdfs:label \"القاهرة\" .");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "o.tsv",
                "o.tsv.gz",
                "o.csv",
                "o.csv.gz",
                "o.nt",
                "o.nt.gz",
                "o.ttl",
                "o.rdf",
                "o.rdf.gz",
                "o.jsonld"
            })
    void whatIsExportedIsImportedAsItWas(String name) throws IOException {
        Path facts = write("a.tsv", """
                القاهرة\tcapital of\tمصر
                http://example.org/a?b=%20c#d\thttp://example.org/rel\t😀
                北京\thttp://example.org/rel\turn:mokha:name:x
                http://[\thttp://example.org/rel\t"Kairo"@de
                http://example.org/a?b=%20c#d\tcapital of\t"1"^^<http://www.w3.org/2001/XMLSchema#int>
                """);
        Path called = write("called.tsv", "القاهرة\tCairo \"الكبرى\"\n北京\tPeking\\北\n");
        assertThat(Run.mokha("kg", "import", facts, "--mentions", called, "--store", store)
                        .err())
                .isEmpty();
        Path exported = folder.resolve(name);
        Path mentions = folder.resolve("m.tsv.gz");
        var run = Run.mokha("kg", "export", exported, "--mentions", mentions, "--store", store);
        assertThat(run.code()).as(run.err()).isZero();
        Path again = folder.resolve("again.db");
        run = name.contains("sv")
                ? Run.mokha("kg", "import", exported, "--mentions", mentions, "--store", again)
                : Run.mokha("kg", "import", exported, "--keep-literals", "--store", again);
        assertThat(run.code()).as(run.err()).isZero();
        for (Path one : new Path[] {store, again}) {
            Path to = folder.resolve(one.getFileName() + ".tsv");
            Path names = folder.resolve(one.getFileName() + ".names.tsv");
            Run.mokha("kg", "export", to, "--mentions", names, "--store", one);
        }
        assertThat(sorted("again.db.tsv")).isEqualTo(sorted("graph.db.tsv")).hasSize(5);
        assertThat(sorted("again.db.names.tsv"))
                .isEqualTo(sorted("graph.db.names.tsv"))
                .hasSize(2);
        assertThat(folder.toFile().list((_, file) -> file.endsWith(".part"))).isEmpty();
    }

    private List<String> sorted(String file) throws IOException {
        try (var lines = Files.lines(folder.resolve(file))) {
            return lines.sorted().toList();
        }
    }

    @Test
    void splitsAndSnapshotsAreExportedAsColumns() throws IOException {
        String text =
                "snapshot\tsplit\thead\trelation\ttail\nmon\ttrain\ta\tr\tb\nmon\ttest\tb\tr\tc\ntue\tvalid\tc\tr\td\n";
        Path file = write("d.tsv", text);
        Object[] columns = {"--snapshot-column", "snapshot", "--split-column", "split", "--store", store};
        assertThat(kg("import", file, columns).code()).isZero();
        Path exported = folder.resolve("out.tsv");
        assertThat(kg("export", exported, columns).code()).isZero();
        assertThat(exported).hasContent(text);
        Path test = folder.resolve("test.csv");
        assertThat(Run.mokha("kg", "export", test, "--split", "test", "--store", store)
                        .code())
                .isZero();
        assertThat(test).hasContent("head,relation,tail\nb,r,c\n");
        assertThat(kg("export", folder.resolve("out.nt"), columns).err()).contains("are for tables");
        Path xml = folder.resolve("out.rdf");
        Run.mokha("kg", "import", write("odd.tsv", "a\t1\tb\n"), "--store", store);
        assertThat(Run.mokha("kg", "export", xml, "--store", store).err())
                .contains("the relation '1' does not end like a name of XML");
        assertThat(xml).doesNotExist();
    }

    private static Run kg(String verb, Path file, Object... options) {
        return Run.mokha(Stream.concat(Stream.of("kg", verb, file), Arrays.stream(options))
                .toArray());
    }

    /// The store is that of before, to the byte.
    @ParameterizedTest
    @ValueSource(strings = {"a.tsv", "a.csv", "a.nt"})
    void theMillionthLineIsNamedAndTheStoreIsAsItWas(String name) throws IOException {
        assertThat(Run.mokha("kg", "import", write("first.tsv", "a\tr\tb\n"), "--store", store)
                        .code())
                .isZero();
        byte[] before = Files.readAllBytes(store);
        String line =
                name.endsWith("tsv") ? "a\tr\tb\n" : name.endsWith("csv") ? "a,r,b\n" : "<u:a:> <u:r:> <u:b:> .\n";
        int good = 999_999;
        try (var out = Files.newBufferedWriter(folder.resolve(name))) {
            if (name.endsWith("csv")) {
                out.write("head,relation,tail\n");
                good--;
            }
            for (int i = 0; i < good; i++) {
                out.write(line);
            }
            out.write("broken\n" + line);
        }
        var run = Run.mokha("kg", "import", folder.resolve(name), "--store", store);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains(name + ", line 1000000: ", "--skip-bad");
        assertThat(Files.readAllBytes(store)).isEqualTo(before);
    }

    @Test
    void wrongUsageIsNamed() {
        assertThat(Run.mokha("kg").code()).isEqualTo(2);
        assertThat(Run.mokha("kg", "import", "--store", store).err()).contains("no FILE is given");
        assertThat(Run.mokha("kg", "facts", "x", "--store", store).err()).contains("is no store", "mokha kg import");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
