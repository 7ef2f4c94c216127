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

final class PretrainCommandTest {
    @TempDir
    private Path folder;

    private Path text;

    @BeforeEach
    void text() throws IOException {
        text = folder.resolve("text.txt");
        Files.writeString(text, "the cat sat on the mat and the dog sat too\n\n".repeat(20));
    }

    @Test
    void aFreshModelIsTrainedEvaluatedAndGeneratesText() throws IOException {
        Path tokenizer = folder.resolve("tokenizer.json");
        TinyModel.tokenizer().save(tokenizer);
        Path out = folder.resolve("run");
        Object[] command = {
            "pretrain",
            "--config",
            "tiny",
            "--tokenizer",
            tokenizer,
            "--data",
            "mats=" + text + "@1x50",
            "--held-out",
            "mats=" + text,
            "--steps",
            "30",
            "--context",
            "32",
            "--batch",
            "4",
            "--lr",
            "1e-2",
            "--warmup",
            "2",
            "--out",
            out,
            "--seed",
            "3"
        };
        var run = Run.mokha(command);
        assertThat(run.err()).contains("training: step 30/30", "loss");
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo(out.resolve("model") + System.lineSeparator());

        JsonNode record = new JsonMapper().readTree(Files.readString(out.resolve("run.json")));
        assertThat(record.at("/options/--seed").asString()).isEqualTo("3");
        assertThat(record.at("/options/--batch").asString()).isEqualTo("4");
        assertThat(record.at("/resolved/seed").asString()).isEqualTo("3");
        assertThat(record.at("/resolved/parameters").asLong()).isPositive();

        JsonNode bits = new JsonMapper()
                .readTree(Run.mokha("evaluate", out.resolve("model"), "--data", "mats=" + text, "--json")
                        .out());
        assertThat(bits.at("/mats/bits_per_byte").asDouble()).isBetween(0.0, 3.0);

        var said = Run.mokha("generate", out.resolve("model"), "the cat sat", "--max-new-tokens", "4");
        assertThat(said.out()).startsWith("the cat sat");

        command[command.length - 1] = "4";
        var other = Run.mokha(command);
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("run.json", "--seed", "another --out");
    }

    @Test
    void aModelIsTrainedOn() {
        Path model = TinyModel.write(folder.resolve("model"));
        Path out = folder.resolve("run");
        var run = Run.mokha(
                "pretrain",
                "--base",
                model,
                "--data",
                "mats=" + text,
                "--steps",
                "2",
                "--context",
                "16",
                "--batch",
                "2",
                "--out",
                out);
        assertThat(run.err()).doesNotContain("error");
        assertThat(run.code()).isZero();
        assertThat(out.resolve("model/model.safetensors")).exists();
        assertThat(out.resolve("model/tokenizer.json")).exists();
    }

    @Test
    void wrongFlagsAreAnsweredBeforeAnythingIsWritten() {
        Path out = folder.resolve("run");
        String data = "mats=" + text;
        wrong(out, "--base", "--data", data, "--steps", "2", "--out", out);
        wrong(out, "NAME=PATH", "--config", "tiny", "--data", text.toString(), "--steps", "2", "--out", out);
        wrong(out, "above 0", "--config", "tiny", "--data", data + "@0", "--steps", "2", "--out", out);
        wrong(out, "--steps", "--config", "tiny", "--data", data, "--steps", "many", "--out", out);
        wrong(
                out,
                "10 minutes",
                "--config",
                "tiny",
                "--data",
                data,
                "--steps",
                "2",
                "--budget",
                "10 minutes",
                "--out",
                out);
        wrong(out, "FLOAT32", "--config", "tiny", "--data", data, "--steps", "2", "--precision", "int8", "--out", out);
    }

    private static void wrong(Path out, String named, Object... args) {
        var all = new Object[args.length + 1];
        all[0] = "pretrain";
        System.arraycopy(args, 0, all, 1, args.length);
        var run = Run.mokha(all);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(named, "see: mokha pretrain --help");
        assertThat(out).doesNotExist();
    }

    @Test
    void whatIsToBeRetainedHasToBeThere() {
        Path model = TinyModel.write(folder.resolve("model"));
        Path out = folder.resolve("never");
        Object[] command = {
            "pretrain",
            "--base",
            model,
            "--data",
            "mats=" + text,
            "--held-out",
            "mats=" + text,
            "--steps",
            "2",
            "--out",
            out,
            "--retain",
            "cats"
        };
        Run run = Run.mokha(command);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("--retain cats needs a --held-out of that name; there are [mats]");
        assertThat(out).doesNotExist();
    }

    @Test
    void missingTextIsAnErrorBeforeAnythingIsWritten() {
        Path out = folder.resolve("run");
        Path model = TinyModel.write(folder.resolve("model"));
        for (String option : new String[] {"--data", "--held-out"}) {
            var run = Run.mokha(
                    "pretrain",
                    "--base",
                    model,
                    "--data",
                    "a=" + text,
                    option,
                    "b=" + folder.resolve("none"),
                    "--steps",
                    "2",
                    "--out",
                    out);
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).contains("none");
            assertThat(out).doesNotExist();
        }
    }

    @Test
    void anUnknownConfigurationIsAnsweredWithTheKnown() {
        Path model = TinyModel.write(folder.resolve("model"));
        var run = Run.mokha(
                "pretrain",
                "--config",
                "huge",
                "--tokenizer",
                model,
                "--data",
                "mats=" + text,
                "--steps",
                "2",
                "--out",
                folder.resolve("run"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("huge", "tiny", "config.json");
    }
}
