package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `mokha tokenizer sizes` and `mokha tokenizer check`.
final class TokenizerMeasuresTest {
    private static final Path SAMPLES = Run.ROOT.resolve("samples/text");
    private static final Path ARABIC = SAMPLES.resolve("arabic-held-out.jsonl.gz");
    private static final Path PAIRS = SAMPLES.resolve("parallel-held-out.jsonl.gz");

    @TempDir
    private Path folder;

    private Path tokenizer;

    @BeforeEach
    void tokenizer() {
        tokenizer = folder.resolve("tokenizer.json");
        TinyModel.tokenizer().save(tokenizer);
    }

    @Test
    void sizesAreMeasuredPlottedAndOneIsRecommended() throws IOException {
        Path out = folder.resolve("sizes");
        Object[] args = {
            "tokenizer",
            "sizes",
            tokenizer,
            "--data",
            ARABIC,
            "--held-out",
            "ar=" + ARABIC,
            "--held-out",
            "en=" + SAMPLES.resolve("english-held-out.jsonl.gz"),
            "--parallel",
            PAIRS,
            "--sizes",
            "50,100,200",
            "--least-gain",
            "12.5",
            "--out",
            out
        };
        Run run = Run.mokha(args);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("| base |", "| + 50 |", "| + 200 |", "recommended: ", "pieces; ")
                .contains("en: ", "exactly as many at every size as with the base");
        JsonNode sizes = JsonMapper.shared().readTree(Files.readString(out.resolve("sizes.json")));
        assertThat(sizes.path("sizes")).hasSize(3);
        assertThat(sizes.at("/sizes/2/added").asInt()).isEqualTo(200);
        assertThat(sizes.at("/sizes/0/texts/0/tokens_per_word").asDouble())
                .isGreaterThan(sizes.at("/sizes/2/texts/0/tokens_per_word").asDouble());
        assertThat(sizes.at("/recommendation/pieces").asInt()).isIn(50, 100, 200);
        String page = Files.readString(out.resolve("report.html"));
        assertThat(page.split("<svg", -1)).hasSize(6); // five plots
        assertThat(page).contains("gain of a doubling", "recommended");
        assertThat(out).isDirectoryContaining("glob:**/run.json");

        Object[] json = args.clone();
        json[json.length - 2] = "--json";
        json[json.length - 1] = "--rows=1";
        assertThat(JsonMapper.shared()
                        .readTree(Run.mokha(json).out())
                        .path("unchanged")
                        .path(0)
                        .asString())
                .isEqualTo("en");
    }

    @Test
    void whatIsWrongWithSizesIsTold() throws IOException {
        Object[] start = {"tokenizer", "sizes", tokenizer, "--data", ARABIC};
        assertThat(with(start, "--held-out", "ar=" + ARABIC, "--sizes", "9,5").err())
                .contains("sizes rise; 5 follows 9");
        assertThat(with(start, "--held-out", "ar=" + ARABIC, "--least-gain", "0")
                        .code())
                .isEqualTo(2);
        assertThat(with(start, "--held-out", "a=" + ARABIC, "--held-out", "a=" + ARABIC)
                        .err())
                .contains("--held-out a is named twice");
        assertThat(with(start, "--held-out", "a=" + ARABIC, "--parallel", PAIRS, "--parallel-fields", "ar,fr")
                        .err())
                .contains("line 1: no text in field 'fr'", "--parallel-fields");
        assertThat(with(start, "--held-out", "a=" + ARABIC, "--parallel-fields", "ar")
                        .code())
                .isEqualTo(2);
        Path none = Files.createFile(folder.resolve("empty.jsonl"));
        assertThat(with(start, "--held-out", "a=" + ARABIC, "--parallel", none).err())
                .contains("holds no pair");
        assertThat(with(start, "--held-out", "a=" + folder.resolve("nowhere.jsonl"))
                        .err())
                .contains("there is no file");
    }

    private static Run with(Object[] start, Object... more) {
        Object[] all = new Object[start.length + more.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(more, 0, all, start.length, more.length);
        return Run.mokha(all);
    }

    @Test
    void textComesBackOrIsShown() throws IOException {
        Run good = Run.mokha("tokenizer", "check", tokenizer, "--data", ARABIC, "--random", "300");
        assertThat(good.code()).as(good.out()).isZero();
        assertThat(good.out()).contains("30 texts", "tokens, 0 failed", "random: 300 sequences");

        Path text = Files.writeString(folder.resolve("text.txt"), "a b\n");
        assertThat(Run.mokha("tokenizer", "check", tokenizer, "--data", PAIRS, "--lines", "--random", "0")
                        .out())
                .contains("300 texts");
        Path lower = folder.resolve("lower.json");
        Files.writeString(
                lower,
                Files.readString(tokenizer)
                        .replaceFirst("\"normalizer\"\\s*:\\s*null", "\"normalizer\": {\"type\": \"Lowercase\"}"));
        assertThat(Run.mokha("tokenizer", "check", lower, "--data", text, "--random", "0")
                        .code())
                .isZero();
        Files.writeString(text, "A b\n");
        Run bad = Run.mokha("tokenizer", "check", lower, "--data", text, "--random", "0");
        assertThat(bad.code()).isEqualTo(1);
        assertThat(bad.out()).contains("1 failed", "text 1: other text: 'a b' and not 'A b'");
        JsonNode json = JsonMapper.shared()
                .readTree(Run.mokha("tokenizer", "check", lower, "--data", text, "--json")
                        .out());
        assertThat(json.path(text.toString()).path("failed").asInt()).isEqualTo(1);
        assertThat(json.path("random").path("sequences").asInt()).isEqualTo(10_000);
        assertThat(Run.mokha("tokenizer", "check", lower, "--random", "-1").code())
                .isEqualTo(2);
    }
}
