package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

final class FinetuneCommandTest {
    private static final String GOOD =
            "review,stars\na good film,5\na bad film,1\n\"good, the film\",5\nbad,1\ngood,5\nthe bad film,1\n";

    @TempDir
    private Path folder;

    private Path model;
    private Path out;

    @BeforeEach
    void model() {
        model = TinyEncoder.write(folder.resolve("base"));
        out = folder.resolve("run");
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Run classify(Path train, Path dev, Object... more) {
        List<Object> words = new ArrayList<>(List.of("finetune", "classify", "--model", model, "--out", out));
        words.addAll(List.of("--train", train, "--dev", dev, "--text", "review", "--label", "stars"));
        words.addAll(List.of("--batch", "3", "--max-length", "16"));
        words.addAll(Arrays.asList(more));
        return Run.mokha(words.toArray());
    }

    /// The command fails as a person reads it, and nothing is there after it.
    private void refused(Run run, String... named) {
        assertThat(run.err()).contains("error: ").contains(named);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(out).doesNotExist();
    }

    @Test
    void aTableIsLearnedMeasuredAndAnswered() throws IOException {
        Path train = file("train.csv", GOOD);
        Run run = classify(train, train, "--epochs", "40", "--lr", "5e-3", "--seeds", "2");
        assertThat(run.err()).contains("[2/2]").doesNotContain("error");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("accuracy", "median of 2", out.resolve("model").toString());
        JsonNode result = new JsonMapper().readTree(Files.readString(out.resolve("result.json")));
        assertThat(result.at("/median/accuracy").asDouble()).isEqualTo(1);
        assertThat(out.resolve("run.json")).content().contains("\"--seeds\"", "bias_correction");

        Run answers = Run.mokha(
                "predict",
                out.resolve("model"),
                file("new.csv", "id,review\n7,\"a good\nfilm\"\n8,bad\n"),
                "--text",
                "review");
        assertThat(answers.err()).isEmpty();
        List<String> lines = answers.out().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst()).startsWith("{\"line\":2,\"label\":\"5\",\"probs\":{\"1\":");
        assertThat(lines.get(1)).startsWith("{\"line\":4,\"label\":\"1\"");

        Run figures = Run.mokha(
                "evaluate",
                out.resolve("model"),
                "--data",
                "dev=" + train,
                "--text",
                "review",
                "--label",
                "stars",
                "--json");
        assertThat(new JsonMapper().readTree(figures.out()).at("/dev/accuracy").asDouble())
                .isEqualTo(1);
    }

    @Test
    void namesAreLearnedFromColumns() throws IOException {
        Path train = file("train.conll", "a O\nsana B-PER\n\nthe O\nfilm O\n\nsana B-PER\nfilm O\n");
        Run run = Run.mokha(
                "finetune",
                "tag",
                "--model",
                model,
                "--out",
                out,
                "--train",
                train,
                "--dev",
                train,
                "--epochs",
                "40",
                "--lr",
                "5e-3",
                "--batch",
                "3",
                "--max-length",
                "32");
        assertThat(run.code()).as(run.err()).isZero();
        Run answers = Run.mokha("predict", out.resolve("model"), file("new.conll", "the\nsana\n"));
        assertThat(answers.out()).contains("\"words\":[\"the\",\"sana\"],\"tags\":[\"O\",\"B-PER\"]");
        Run figures = Run.mokha("evaluate", out.resolve("model"), "--data", "dev=" + train);
        assertThat(figures.out()).containsPattern("dev +f1 +1\\.0000").contains("PER", "of 2");
    }

    @Test
    void aBrokenRowIsNamed() throws IOException {
        Path dev = file("dev.csv", GOOD);
        refused(classify(file("a.csv", "review,stars\nfine,1\na, b,0\n"), dev), "a.csv, line 3: 3 fields", "quotes");
        refused(classify(file("b.csv", "review,stars\n\"open,1\nbad,0\n"), dev), "b.csv, line 2", "never closed");
        refused(classify(dev, file("c.csv", "review,stars\n ,1\n")), "c.csv, line 2", "'review' is empty");
    }

    @Test
    void badRowsCanBeLeftOutWithACount() throws IOException {
        Path train = file("train.csv", GOOD + "a, b,5\n,1\n");
        Run run = classify(train, file("dev.csv", GOOD), "--epochs", "1", "--skip-bad-rows");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("left out 2 bad rows of " + train, "line 8", "line 9");
    }

    @Test
    void anUnknownLabelIsNamedWithTheKnownAndTheNearest() throws IOException {
        Path train = file("train.csv", "review,stars\na,positive\nb,negative\n");
        refused(
                classify(train, file("dev.csv", "review,stars\na,postive\n")),
                "dev.csv, line 2: the label 'postive' is none of 'negative', 'positive'",
                "did you mean 'positive'?");
    }

    @Test
    void anEmptyFileAMissingColumnAndATextThatIsTooLongAreNamed() throws IOException {
        Path dev = file("dev.csv", GOOD);
        refused(classify(file("a.csv", ""), dev), "a.csv is empty");
        refused(
                classify(file("b.csv", "text,stars\na,1\nb,2\n"), dev),
                "b.csv, line 2",
                "no column 'review'",
                "'text'");
        String longText = "good ".repeat(30).strip();
        refused(
                classify(dev, file("c.csv", "review,stars\ngood,5\n" + longText + ",5\n")),
                "c.csv, line 3",
                "32 tokens, where 16 are allowed",
                "--too-long cut");
        refused(classify(folder.resolve("none.csv"), dev), "none.csv");
    }

    @Test
    void aNumberThatIsNoneIsNamed() throws IOException {
        Path train = file("train.csv", "text,label\na,1.5\nb,high\n");
        Run run = Run.mokha("finetune", "regress", "--model", model, "--out", out, "--train", train, "--dev", train);
        refused(run, "train.csv, line 3", "'high', which is no number");
    }

    @Test
    void aWrongCommandLineIsAnsweredBeforeAnythingIsRead() throws IOException {
        Path train = file("train.csv", GOOD);
        for (Run run : List.of(
                Run.mokha("finetune", "sst3", "--model", model, "--out", out, "--train", train, "--dev", train),
                Run.mokha("finetune", "sst2", "--model", model, "--out", out),
                Run.mokha("finetune", "classify", "--model", model, "--out", out, "--train", train),
                Run.mokha("finetune", "classify", "--out", out, "--train", train, "--dev", train),
                classify(train, train, "--class-weights", "heavy"))) {
            assertThat(run.code()).as(run.err()).isEqualTo(2);
            assertThat(run.err()).contains("see: mokha finetune --help");
            assertThat(out).doesNotExist();
        }
    }

    @Test
    void glueIsReadFromItsFolder() throws IOException {
        Path glue = Files.createDirectories(folder.resolve("glue/SST-2"));
        String rows = "sentence\tlabel\na good film \t1\nbad \t0\n";
        Files.writeString(glue.resolve("train.tsv"), rows);
        Files.writeString(glue.resolve("dev.tsv"), rows);
        Run run = Run.mokha(
                "finetune",
                "SST-2",
                "--model",
                model,
                "--out",
                out,
                "--glue-folder",
                folder.resolve("glue"),
                "--epochs",
                "1",
                "--max-length",
                "32",
                "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(new JsonMapper().readTree(run.out()).at("/task").asString()).isEqualTo("SST-2");
        Run figures =
                Run.mokha("evaluate", out.resolve("model"), "--glue", "sst2", "--glue-folder", folder.resolve("glue"));
        assertThat(figures.out()).contains("sst2.dev", "accuracy");
    }
}
