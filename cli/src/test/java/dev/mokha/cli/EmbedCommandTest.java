package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class EmbedCommandTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void model() {
        model = TinyEncoder.write(folder.resolve("model"));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void linesAndColumnsGiveTheSameVectorsInOrder() throws IOException {
        var lines = Run.mokha("embed", model, file("a.txt", "a good film\nbad\n"));
        assertThat(lines.code()).as(lines.err()).isZero();
        var rows = lines.out().lines().map(JSON::readTree).toList();
        assertThat(rows).hasSize(2);
        assertThat(rows.getFirst().path("text").asString()).isEqualTo("a good film");
        assertThat(rows.getLast().path("embedding").size()).isEqualTo(32);
        Path table = file("a.csv", "id,review\n1,a good film\n2,bad\n");
        assertThat(Run.mokha("embed", model, table, "--text", "review").out()).isEqualTo(lines.out());
        Path json = file("a.jsonl", "{\"text\": \"a good film\"}\n{\"text\": \"bad\"}\n");
        assertThat(Run.mokha("embed", model, json).out()).isEqualTo(lines.out());
    }

    @Test
    void everyFormatHoldsTheVectors() throws IOException {
        Path texts = file("a.txt", "a good \"film\"\nbad\n");
        Path csv = folder.resolve("v.csv");
        var run = Run.mokha("embed", model, texts, "--size", "2", "--out", csv);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(csv)
                .content()
                .startsWith("text,e0,e1\n\"a good \"\"film\"\"\",")
                .hasLineCount(3);
        Path npy = folder.resolve("v.npy");
        assertThat(Run.mokha("embed", model, texts, "--out", npy).code()).isZero();
        byte[] bytes = Files.readAllBytes(npy);
        assertThat(new String(bytes, 0, 128, StandardCharsets.ISO_8859_1))
                .contains("NUMPY", "'<f4'", "(2, 32)")
                .endsWith("\n");
        assertThat(bytes).hasSize(128 + 2 * 32 * 4);
        Path safetensors = folder.resolve("v.safetensors");
        assertThat(Run.mokha("embed", model, texts, "--out", safetensors).code())
                .isZero();
        assertThat(Run.mokha("inspect", safetensors, "--tensors").out()).contains("embeddings");
    }

    @Test
    void tokensHaveTheKeysOfTheOfficialFile() throws IOException {
        var run = Run.mokha("embed", model, file("a.txt", "good\n"), "--tokens", "--layers", "-1,0");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode json = JSON.readTree(run.out());
        assertThat(json.at("/linex_index").asInt()).isZero();
        assertThat(json.at("/features/0/token").asString()).isEqualTo("[CLS]");
        assertThat(json.at("/features/0/layers/0/index").asInt()).isEqualTo(-1);
        assertThat(json.at("/features/0/layers/1/values").size()).isEqualTo(32);
    }

    @Test
    void whatIsTooLongIsCutAndTold() throws IOException {
        var run = Run.mokha("embed", model, file("a.txt", "a good film a good film\nbad\n"), "--max-length", "4");
        assertThat(run.err()).contains("cut 1 of 2 texts");
        assertThat(run.code()).isZero();
    }

    @Test
    void badInputIsNamedAndLeavesNothing() throws IOException {
        Path out = folder.resolve("v.npy");
        var blank = Run.mokha("embed", model, file("a.txt", "good\n\nbad\n"), "--out", out);
        assertThat(blank.err()).contains("a.txt, line 2 is blank");
        assertThat(blank.code()).isEqualTo(1);
        var skipped = Run.mokha("embed", model, folder.resolve("a.txt"), "--skip-bad-rows");
        assertThat(skipped.out()).hasLineCount(2);
        assertThat(skipped.err()).contains("left out 1 bad rows");
        var column = Run.mokha("embed", model, file("a.csv", "review\ngood\n"), "--out", out);
        assertThat(column.err()).contains("a.csv, line 2", "no column 'text'", "review");
        assertThat(Run.mokha("embed", model, file("b.txt", ""), "--out", out).err())
                .contains("b.txt", "no text");
        assertThat(Run.mokha("embed", model, folder.resolve("none.txt"), "--out", out)
                        .err())
                .contains("none.txt");
        assertThat(Run.mokha("embed", model, folder.resolve("a.csv"), "--format", "npy")
                        .code())
                .isEqualTo(2);
        assertThat(Run.mokha("embed", model, folder.resolve("a.csv"), "--pooling", "median")
                        .err())
                .contains("'median'", "last-four-concat");
        assertThat(Run.mokha("embed", model, folder.resolve("a.csv"), "--layers", "-1")
                        .err())
                .contains("--layers goes with --tokens");
        assertThat(out).doesNotExist();
        assertThat(folder.resolve(".v.npy.part")).doesNotExist();
    }
}
