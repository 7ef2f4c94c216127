package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

final class QuantizeCommandTest {
    @TempDir
    private Path folder;

    private Path model;
    private Path text;

    @BeforeEach
    void aModelAndAText() throws IOException {
        model = TinyModel.write(folder.resolve("model"), 64);
        text = Files.writeString(folder.resolve("held-out.txt"), "the cat sat on the mat and the dog\n".repeat(20));
    }

    @Test
    void aFileSaysItsSizeAndWhatItCosts() {
        Path out = folder.resolve("model.gguf");
        var run = Run.mokha("quantize", model, "--to", "q8_0", "--out", out, "--data", "cats=" + text);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .containsPattern("size +\\d+\\.\\d KiB, 8\\.\\d\\d bits a weight\n")
                .containsPattern("  Q8_0 +[\\d,]+\n")
                .containsPattern("cats +\\d\\.\\d{4} bits/byte before, \\d\\.\\d{4} after \\([+-]0\\.\\d{4}\\)\n");
        var json = new JsonMapper()
                .readTree(Run.mokha("evaluate", out, "--data", "cats=" + text, "--json")
                        .out());
        var before = new JsonMapper()
                .readTree(Run.mokha("evaluate", model, "--data", "cats=" + text, "--json")
                        .out());
        assertThat(json.at("/cats/bits_per_byte").asDouble())
                .isCloseTo(before.at("/cats/bits_per_byte").asDouble(), within(0.01));
    }

    @Test
    void filesGenerateWhatTheirFolderDoes() {
        Path file = folder.resolve("model.gguf");
        Path again = folder.resolve("again");
        assertThat(Run.mokha("quantize", model, "--to", "F32", "--out", file).code())
                .isZero();
        assertThat(Run.mokha("quantize", file, "--to", "F32", "--out", again).code())
                .isZero();
        String expected = Run.mokha("generate", model, "the cat", "--max-new-tokens", "12")
                .out();
        assertThat(Run.mokha("generate", file, "the cat", "--max-new-tokens", "12")
                        .out())
                .isEqualTo(expected);
        assertThat(Run.mokha("generate", again, "the cat", "--max-new-tokens", "12")
                        .out())
                .isEqualTo(expected);
    }

    @Test
    void jsonCountsTheNumbersOfEachType() {
        Path out = folder.resolve("model.gguf");
        var run = Run.mokha("quantize", model, "--to", "Q4_0", "--pure", "--out", out, "--json");
        var json = new JsonMapper().readTree(run.out());
        assertThat(json.at("/types/F32").asLong()).isEqualTo(3 * 64); // the norms
        assertThat(json.at("/types/Q4_0").asLong() + 3 * 64)
                .isEqualTo(json.at("/parameters").asLong());
        assertThat(json.at("/bits_per_weight").asDouble()).isBetween(4.5, 5.0);
    }

    @Test
    void methodsReadACalibrationText() throws IOException {
        Path words = Files.writeString(folder.resolve("train.txt"), "the mat and the cat and the dog\n".repeat(30));
        for (String method : new String[] {"gptq", "awq"}) {
            Path out = folder.resolve(method + ".gguf");
            var run = Run.mokha(
                    "quantize",
                    model,
                    "--to",
                    "Q4_0",
                    "--pure",
                    "--method",
                    method,
                    "--calibration",
                    words,
                    "--samples",
                    "4",
                    "--context",
                    "32",
                    "--out",
                    out);
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.err()).isEqualToNormalizingNewlines("layer 1 of 1\n");
            assertThat(Run.mokha("generate", out, "the cat", "--max-new-tokens", "4")
                            .code())
                    .isZero();
        }
        Path smooth = folder.resolve("smooth");
        assertThat(Run.mokha(
                                "quantize",
                                model,
                                "--to",
                                "F32",
                                "--method",
                                "smoothquant",
                                "--calibration",
                                words,
                                "--context",
                                "32",
                                "--out",
                                smooth)
                        .code())
                .isZero();
        assertThat(Run.mokha("generate", smooth, "the cat", "--max-new-tokens", "12")
                        .out())
                .isEqualTo(Run.mokha("generate", model, "the cat", "--max-new-tokens", "12")
                        .out());
        var without =
                Run.mokha("quantize", model, "--to", "Q4_0", "--method", "awq", "--out", folder.resolve("y.gguf"));
        assertThat(without.code()).isEqualTo(2);
        assertThat(without.err()).contains("--calibration goes with --method awq, gptq and smoothquant");
        var little = Run.mokha(
                "quantize",
                model,
                "--to",
                "Q4_0",
                "--method",
                "awq",
                "--calibration",
                words,
                "--context",
                "100000",
                "--out",
                folder.resolve("y.gguf"));
        assertThat(little.err()).contains("fewer than a window of 100000");
    }

    @Test
    void whatCannotBeWrittenIsRefused() {
        var folderOnly = Run.mokha("quantize", model, "--to", "Q4_0", "--out", folder.resolve("out"));
        assertThat(folderOnly.code()).isEqualTo(2);
        assertThat(folderOnly.err()).contains("a folder has F32, F16 or BF16").contains("FILE.gguf");
        var type = Run.mokha("quantize", model, "--to", "Q3_K", "--out", folder.resolve("x.gguf"));
        assertThat(type.code()).isEqualTo(2);
        assertThat(type.err()).contains("no type 'Q3_K'").contains("Q4_K_M");
        assertThat(Run.mokha("quantize", model, "--to", "F16", "--out", model).code())
                .isEqualTo(2);
        assertThat(folder.resolve("x.gguf")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"rtn, Q8_0, gptq", "gptq, Q4_0, gptq", "awq, Q4_1, awq"})
    void packedFoldersAreReadAgain(String method, String type, String layout) throws IOException {
        Path out = folder.resolve("packed");
        List<Object> arguments = new ArrayList<>(List.of("quantize", model, "--to", type, "--method", method));
        arguments.addAll(List.of("--out-format", "folder", "--group-size", "32", "--out", out));
        arguments.addAll(List.of("--data", "cats=" + text));
        if (!method.equals("rtn")) {
            arguments.addAll(List.of("--calibration", text, "--context", "16"));
        }
        var run = Run.mokha(arguments.toArray());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).containsPattern("cats +\\d\\.\\d{4} bits/byte before, \\d\\.\\d{4} after");
        assertThat(Files.readString(out.resolve("config.json"))).contains("\"quant_method\" : \"" + layout + "\"");
        assertThat(Run.mokha("generate", out, "the cat", "--max-new-tokens", "3")
                        .code())
                .isZero();
        assertThat(Run.mokha("inspect", out).code()).isZero();
    }

    @Test
    void foldersThatCannotBePackedSoAreRefused() {
        var badGroup =
                Run.mokha("quantize", model, "--to", "Q4_0", "--out-format", "folder", "--out", folder.resolve("out"));
        assertThat(badGroup.code()).isEqualTo(1);
        assertThat(badGroup.err()).contains("--group-size");
        var badType =
                Run.mokha("quantize", model, "--to", "Q6_K", "--out-format", "folder", "--out", folder.resolve("out"));
        assertThat(badType.code()).isEqualTo(2);
        assertThat(badType.err()).contains("Q4_0, Q4_1 or Q8_0");
        var badName = Run.mokha(
                "quantize", model, "--to", "Q4_0", "--out-format", "folder", "--out", folder.resolve("out.gguf"));
        assertThat(badName.code()).isEqualTo(2);
        assertThat(badName.err()).contains(".gguf");
    }
}
