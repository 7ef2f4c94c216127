package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class TokenizerCommandTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    private Path tokenizer;

    @BeforeEach
    void tokenizer() {
        tokenizer = folder.resolve("tokenizer.json");
        TinyModel.tokenizer().save(tokenizer);
    }

    @Test
    void linesBecomeIds() throws IOException {
        Path lines = folder.resolve("lines.txt");
        Files.writeString(lines, "the cat\n\n\"two\\nlines\"\n\"so\" he said\n");
        var run = Run.mokha("tokenizer", "encode", tokenizer, "--lines", lines);
        assertThat(run.code()).isZero();
        var expected = Tokenizer.load(tokenizer);
        assertThat(run.out().lines().toList())
                .containsExactly(
                        joined(expected.encodeIds("the cat")),
                        "",
                        joined(expected.encodeIds("two\nlines")),
                        joined(expected.encodeIds("\"so\" he said")));
    }

    private static String joined(int[] ids) {
        return String.join(" ", Arrays.stream(ids).mapToObj(Integer::toString).toList());
    }

    @Test
    void jsonHasOffsetsInCodePointsAndTheTextBack() throws IOException {
        Path lines = folder.resolve("lines.txt");
        Files.writeString(lines, "🙂 the قلم\n");
        JsonNode answer = JSON.readTree(Run.mokha("tokenizer", "encode", tokenizer, "--lines", lines, "--json")
                .out());
        assertThat(answer.at("/decoded").asString()).isEqualTo("🙂 the قلم");
        JsonNode offsets = answer.at("/offsets");
        assertThat(offsets.size())
                .isEqualTo(answer.at("/ids").size())
                .isEqualTo(answer.at("/tokens").size());
        assertThat(offsets.get(0).get(0).asInt()).isZero();
        assertThat(offsets.get(offsets.size() - 1).get(1).asInt()).isEqualTo(9); // ten UTF-16 units
    }

    @Test
    void aBrokenJsonStringNamesFileAndLine() throws IOException {
        Path lines = folder.resolve("lines.txt");
        Files.writeString(lines, "fine\n\"not \\q fine\"\n");
        var run = Run.mokha("tokenizer", "encode", tokenizer, "--lines", lines);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).startsWith("error: " + lines + ", line 2");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws IOException {
        Path lines = folder.resolve("lines.txt");
        Files.write(lines, new byte[] {'a', '\n', (byte) 0xC3, '\n'});
        var run = Run.mokha("tokenizer", "encode", tokenizer, "--lines", lines);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains(lines.toString(), "not UTF-8");
    }

    @Test
    void inspectShowsHowATextIsCut() {
        var run = Run.mokha("tokenizer", "inspect", tokenizer, "--text", "the cat");
        assertThat(run.out())
                .contains("Bpe", "special", "<|endoftext|>")
                .containsPattern("text +2 tokens: the \\| Ġcat");
        JsonNode json = JSON.readTree(
                Run.mokha("tokenizer", "inspect", tokenizer, "--json").out());
        assertThat(json.at("/tokens").asInt())
                .isEqualTo(Tokenizer.load(tokenizer).vocabSize());
    }

    @Test
    void trainWritesATokenizerThatEncodesAndItsRunFile() throws IOException {
        Path text = folder.resolve("text.txt");
        Files.writeString(text, "the cat sat on the mat\n\nthe cat and the dog\n");
        for (String kind : new String[] {"byte-level", "sentencepiece", "wordpiece"}) {
            Path out = folder.resolve(kind);
            var run = Run.mokha(
                    "tokenizer", "train", "--kind", kind, "--vocab-size", "290", "--data", text, "--out", out);
            assertThat(run.err()).doesNotContain("error");
            assertThat(run.out()).isEqualTo(out.resolve("tokenizer.json") + System.lineSeparator());
            var learned = Tokenizer.load(out);
            assertThat(learned.decode(learned.encodeIds("the cat"), true)).isEqualTo("the cat");
            JsonNode record = JSON.readTree(Files.readString(out.resolve("run.json")));
            assertThat(record.at("/options/--vocab-size").asString()).isEqualTo("290");
            assertThat(record.at("/command").asString()).isEqualTo("mokha tokenizer train");
        }
    }

    @Test
    void aCasedWordPieceKeepsDiacriticsAndTheUncasedOneDropsThem() throws IOException {
        Path text = folder.resolve("arabic.txt");
        String vowelled = "كَتَبَ الوَلَدُ الدَّرْسَ";
        Files.writeString(text, (vowelled + " Élan\n").repeat(4));
        for (boolean cased : new boolean[] {true, false}) {
            Path out = folder.resolve("wordpiece-" + cased);
            var command = new ArrayList<Object>(List.of(
                    "tokenizer", "train", "--kind", "wordpiece", "--vocab-size", "120", "--data", text, "--out", out));
            if (cased) {
                command.add("--cased");
            }
            var run = Run.mokha(command.toArray());
            assertThat(run.code()).as(run.err()).isZero();
            var learned = Tokenizer.load(out);
            assertThat(learned.decode(learned.encodeIds(vowelled), true))
                    .isEqualTo(cased ? vowelled : "كتب الولد الدرس");
            assertThat(learned.decode(learned.encodeIds("Élan"), true)).isEqualTo(cased ? "Élan" : "elan");
        }
        var wrong = Run.mokha(
                "tokenizer", "train", "--cased", "--vocab-size", "300", "--data", text, "--out", folder.resolve("no"));
        assertThat(wrong.err()).contains("--cased goes with --kind wordpiece");
        assertThat(wrong.code()).isEqualTo(2);
    }

    @Test
    void mergeAddsPiecesAndKeepsTheBase() throws IOException {
        Path text = folder.resolve("text.txt");
        Files.writeString(text, "الكتاب على الطاولة والكتاب جديد\n\nقرأ الولد الكتاب على الطاولة\n");
        Path out = folder.resolve("merged");
        var run = Run.mokha("tokenizer", "merge", tokenizer, "--data", text, "--pieces", "20", "--out", out);
        assertThat(run.err()).contains("learned pieces");
        assertThat(run.code()).isZero();
        var base = Tokenizer.load(tokenizer);
        var merged = Tokenizer.load(out);
        assertThat(merged.encodeIds("the cat sat")).isEqualTo(base.encodeIds("the cat sat"));
        assertThat(merged.encodeIds("الكتاب").length).isLessThan(base.encodeIds("الكتاب").length);
        JsonNode record = JSON.readTree(Files.readString(out.resolve("merge.json")));
        assertThat(record.at("/base_size").asInt()).isEqualTo(base.idBound());
        assertThat(record.at("/added").size()).isBetween(1, 20);
    }

    @Test
    void badInputLeavesNothingBehind() throws IOException {
        Path out = folder.resolve("out");
        var missing =
                Run.mokha("tokenizer", "train", "--vocab-size", "300", "--data", folder.resolve("none"), "--out", out);
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("none");
        assertThat(out.resolve("tokenizer.json")).doesNotExist();

        Path file = Files.createFile(folder.resolve("a-file"));
        var taken = Run.mokha("tokenizer", "train", "--vocab-size", "300", "--data", tokenizer, "--out", file);
        assertThat(taken.err()).contains("a-file", "folder");

        var kind =
                Run.mokha("tokenizer", "train", "--kind", "bytes", "--vocab-size", "3", "--data", file, "--out", out);
        assertThat(kind.code()).isEqualTo(2);
        assertThat(kind.err()).contains("bytes", "byte-level", "wordpiece");

        Path text = folder.resolve("text.txt");
        Files.writeString(text, "a few words\n");
        var small = Run.mokha("tokenizer", "train", "--vocab-size", "9", "--data", text, "--out", out);
        assertThat(small.code()).isEqualTo(1);
        assertThat(small.err()).contains("vocabSize is 9");

        assertThat(Run.mokha("tokenizer", "encode", folder.resolve("nowhere")).err())
                .contains("nowhere");
        assertThat(Run.mokha("tokenizer").code()).isEqualTo(2);
        assertThat(Run.mokha("tokenizer", "encod").err()).contains("did you mean: encode");
    }
}
