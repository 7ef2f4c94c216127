package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

final class InspectCommandTest {
    private static final Path LLAMA3 = Run.ROOT.resolve("fixtures/decoders/llama3/model");

    @TempDir
    private Path folder;

    @Test
    void aFolderSaysItsArchitectureSizesAndMemory() {
        var run = Run.mokha("inspect", LLAMA3);
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("LlamaForCausalLM")
                .containsPattern("layers +2\n")
                .containsPattern("parameters +12,960\n")
                .containsPattern("F32 +20 tensors, 50.6 KiB\n")
                .containsPattern("to train +202.5 KiB")
                .containsPattern("cache +256 B a token in float32, 128 B in bfloat16\n");
    }

    @Test
    void aMixtureSaysHowManyExpertsItHas() {
        assertThat(Run.mokha("inspect", Run.ROOT.resolve("fixtures/decoders/qwen3-moe/model"))
                        .out())
                .containsPattern("experts +5\n")
                .containsPattern("experts a token +2\n")
                .containsPattern("parameters +20,784\n");
    }

    @Test
    void jsonHasTheSameFiguresAndListsTensorsOnRequest() {
        var json = new JsonMapper()
                .readTree(Run.mokha("inspect", LLAMA3, "--json", "--tensors").out());
        assertThat(json.at("/weights/parameters").asLong()).isEqualTo(12_960);
        assertThat(json.at("/weights/dtypes/F32/tensors").asLong()).isEqualTo(20);
        assertThat(json.at("/weights/memory_bytes/bfloat16").asLong()).isEqualTo(2 * 12_960);
        assertThat(json.at("/cache_elements_per_token").asLong()).isEqualTo(2 * 2 * 2 * 8);
        assertThat(json.at("/weights/tensors/0/name").asString()).isEqualTo("model.embed_tokens.weight");
        assertThat(json.at("/weights/tensors/0/shape").toString()).isEqualTo("[64,32]");
        assertThat(Run.mokha("inspect", LLAMA3, "--json").out()).doesNotContain("model.embed_tokens.weight");
    }

    @Test
    void aGgufFileSaysTheSame() {
        var run = Run.mokha("inspect", Run.ROOT.resolve("fixtures/gguf/model-llama3.gguf"), "--tensors");
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .containsPattern("model +llama\n")
                .containsPattern("vocabulary +64\n")
                .containsPattern("F32 +21 tensors, 50.6 KiB\n") // the frequency factors are one more
                .containsPattern("cache +256 B a token in float32, 128 B in bfloat16\n")
                .contains("F32   [64, 32]             token_embd.weight");
        var tokenizer = Run.mokha("inspect", Run.ROOT.resolve("fixtures/gguf/tokenizer-llama3.gguf"));
        assertThat(tokenizer.out())
                .containsPattern("tokenizer +gpt2, 2,503 pieces, 2,244 merges\n")
                .contains("pre-tokenizer llama-bpe", "<|eot_id|>", "tokenizer.chat_template");
    }

    @Test
    void aSafetensorsFileIsEnough() {
        var run = Run.mokha("inspect", LLAMA3.resolve("model.safetensors"), "--tensors");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("F32   [64, 32]             model.embed_tokens.weight");
    }

    @Test
    void onlyHeadersAreRead() throws IOException {
        // 4 TiB that no disk here has: a sparse file, which takes forever to read and no time to look into.
        long bytes = 1L << 42;
        String header =
                "{\"huge\":{\"dtype\":\"BF16\",\"shape\":[" + bytes / 2 + "],\"data_offsets\":[0," + bytes + "]}}";
        Path file = folder.resolve("huge.safetensors");
        try (var out = new RandomAccessFile(file.toFile(), "rw")) {
            out.writeLong(Long.reverseBytes(header.length()));
            out.writeBytes(header);
            out.setLength(8 + header.length() + bytes);
        }
        assertThat(Run.mokha("inspect", file).out()).contains("2,199,023,255,552", "4.0 TiB");
    }

    @Test
    void aTokenizerFileSaysItsKindStepsAndSpecialTokens() throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, """
                {"added_tokens": [{"id": 2, "content": "</s>", "special": true}, {"id": 3, "content": "plain"}],
                 "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]},
                 "pre_tokenizer": {"type": "ByteLevel"}, "post_processor": null, "decoder": {"type": "ByteLevel"},
                 "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 4}, "merges": ["a b"]}}
                """);
        var run = Run.mokha("inspect", file);
        assertThat(run.out())
                .containsPattern("tokenizer +BPE, 3 pieces, 1 merge\n")
                .contains("normalizer NFC + Lowercase", "pre-tokenizer ByteLevel", "decoder ByteLevel")
                .containsPattern("special +</s>\n");
        var json =
                new JsonMapper().readTree(Run.mokha("inspect", folder, "--json").out());
        assertThat(json.at("/tokenizer/added_tokens").asInt()).isEqualTo(2);
        assertThat(json.has("weights")).isFalse();
    }

    @Test
    void aVocabularyFileIsWordPiece() throws IOException {
        Path file = folder.resolve("vocab.txt");
        Files.writeString(file, "[PAD]\n[UNK]\nword\n##s\n");
        assertThat(Run.mokha("inspect", file).out()).contains("WordPiece, 4 pieces", "[PAD] [UNK]");
    }

    @Test
    void whatCannotBeReadIsOneLineThatNamesIt() throws IOException {
        Path truncated = folder.resolve("truncated.safetensors");
        byte[] whole = Files.readAllBytes(LLAMA3.resolve("model.safetensors"));
        Files.write(truncated, Arrays.copyOf(whole, whole.length - 1));
        refused(truncated, "truncated.safetensors");

        Path empty = folder.resolve("empty.safetensors");
        Files.createFile(empty);
        refused(empty, "empty.safetensors");

        Path text = folder.resolve("notes.md");
        Files.writeString(text, "notes");
        refused(text, "notes.md", ".safetensors");

        Path json = folder.resolve("tokenizer.json");
        Files.writeString(json, "{\"model\": ");
        refused(json, "tokenizer.json", "line 1");
        Files.writeString(json, "{\"model\": 3}");
        refused(json, "tokenizer.json", "model");
        Files.writeString(json, "[]");
        refused(json, "tokenizer.json", "object");
        Files.write(json, new byte[] {'"', (byte) 0xff, '"'});
        refused(json, "tokenizer.json", "UTF-8");

        Path bare = Files.createDirectory(folder.resolve("bare"));
        refused(bare, "bare", "config.json");
        refused(folder.resolve("absent"), "absent", "does not exist");
    }

    private static void refused(Path path, String... words) {
        var run = Run.mokha("inspect", path);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).startsWith("error: ").contains(words);
    }
}
