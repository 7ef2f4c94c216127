package dev.mokha.language.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import dev.mokha.language.decoder.Family;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.GenerationConfig;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Weights;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensors;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files written and read again; those that models are refused for.
final class GgufWriterTest {
    private static final Path FIXTURES = Path.of(System.getProperty("mokha.root", ".."), "fixtures");
    /// Sums over numbers that lie elsewhere in memory are rounded in another order.
    private static final float ROUNDING = 1e-5f;

    static final List<String> FAMILIES = GgufModelTest.FAMILIES;
    static final List<String> KINDS = GgufTokenizerTest.KINDS;

    @TempDir
    private Path temp;

    private static GgufExport export(ModelFolder folder) {
        return GgufExport.of("a model", folder.config(), folder.generation(), null, null);
    }

    private GgufExport.Written write(ModelFolder folder, Path out, Mix mix) {
        try (Weights weights = Weights.of(Safetensors.open(folder.path()))) {
            return export(folder).write(out, WeightRows.of(weights), mix, false);
        }
    }

    private static ModelFolder folder(String name) {
        return ModelFolder.open(FIXTURES.resolve("decoders/" + name + "/model"));
    }

    private static float[] logits(Decoder decoder) {
        try (decoder;
                var _ = Scope.open();
                var _ = Gradients.off()) {
            return decoder.forward(TokenBatch.of(Tensors.of(new long[] {1, 5, 9, 60, 33, 2}, 1, 6)))
                    .toFloats();
        }
    }

    @ParameterizedTest
    @FieldSource("FAMILIES")
    void aFolderWrittenAndReadAgainIsTheSameModel(String name) {
        ModelFolder folder = folder(name);
        Path out = temp.resolve("model.gguf");
        GgufExport.Written written = write(folder, out, Mix.F32);
        assertThat(written.bytes()).isEqualTo(out.toFile().length());
        assertThat(written.bitsPerWeight()).isEqualTo(32);
        try (var model = GgufModel.open(out)) {
            assertThat(model.config())
                    .usingRecursiveComparison()
                    .ignoringFields("other")
                    .isEqualTo(folder.config());
            assertThat(model.file().text("general.name")).isEqualTo("a model");
            assertThat(logits(model.decoder(Loading.forUse(Device.CPU))))
                    .containsExactly(logits(folder.decoder(Loading.forUse(Device.CPU))), within(ROUNDING));
            try (var _ = Scope.open();
                    var weights = Safetensors.open(folder.path())) {
                for (GgufWeight weight : model.weights().values()) {
                    assertThat(weight.floats(0, Math.toIntExact(weight.rows())))
                            .containsExactly(weights.tensor(weight.name()).toFloats());
                }
            }
        }
    }

    /// One with a shared expert, and two without.
    @ParameterizedTest
    @EnumSource(
            value = Family.class,
            names = {"MIXTRAL", "QWEN2_MOE", "QWEN3_MOE"})
    void aMixtureWrittenAndReadAgainIsTheSameModel(Family family) {
        Path made = temp.resolve("folder");
        Path out = temp.resolve("model.gguf");
        int shared = family == Family.QWEN2_MOE ? 40 : 0;
        int inner = family == Family.MIXTRAL ? 48 : 24;
        var experts = new Experts(3, 2, inner, shared, family != Family.QWEN2_MOE, 0.001, false, 1, List.of());
        var config = DecoderConfig.tiny().as(family, experts);
        try (var model = Decoder.fresh(config, 5)) {
            FolderWriter.write(made, model, FolderParts.none(config.special()), DType.FLOAT32);
        }
        ModelFolder folder = ModelFolder.open(made);
        write(folder, out, Mix.F32);
        try (var model = GgufModel.open(out)) {
            assertThat(model.config())
                    .usingRecursiveComparison()
                    .ignoringFields("other")
                    .isEqualTo(folder.config());
            assertThat(model.file().tensor("blk.1.ffn_down_exps.weight").shape())
                    .containsExactly(3L, 32L, (long) inner);
            assertThat(logits(model.decoder(Loading.forUse(Device.CPU))))
                    .containsExactly(logits(folder.decoder(Loading.forUse(Device.CPU))), within(ROUNDING));
            Path again = temp.resolve("again.gguf");
            GgufExport.of(model).write(again, WeightRows.of(model), Mix.Q8_0, false);
            try (var rounded = GgufModel.open(again)) {
                String block = "model.layers.0." + family.mixtureName();
                assertThat(rounded.weight(block + ".gate.weight").type()).isEqualTo(GgufType.F32);
                assertThat(rounded.weight(block + ".experts.2."
                                        + family.expertParts().get(0) + ".weight")
                                .type())
                        .isEqualTo(GgufType.Q8_0);
            }
        }
    }

    /// A dense layer, and weights that do not sum to 1.
    @ParameterizedTest
    @CsvSource({"qwen2-moe, some layers", "qwen3-moe, some layers"})
    void mixturesThatFilesCannotSayAreRefused(String name, String why) {
        assertThatThrownBy(() -> write(folder(name), temp.resolve("x.gguf"), Mix.F32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("--out FOLDER");
        var experts = new Experts(3, 2, 24, 0, false, 0, false, 1, List.of());
        var odd = DecoderConfig.tiny().as(Family.QWEN3_MOE, experts);
        assertThatThrownBy(() -> GgufExport.of("x", odd, GenerationConfig.of(odd.special()), null, null))
                .hasMessageContaining("norm_topk_prob");
    }

    /// Queries and keys too, whose rows lie elsewhere in the file.
    @ParameterizedTest
    @ValueSource(strings = {"llama3", "qwen3"})
    void everyRowIsRoundedAsItWouldBeAlone(String name) {
        Path out = temp.resolve("model.gguf");
        write(folder(name), out, Mix.Q4_0);
        try (var _ = Scope.open();
                var model = GgufModel.open(out);
                var weights = Safetensors.open(folder(name).path())) {
            GgufWeight query = model.weight("model.layers.1.self_attn.k_proj.weight");
            assertThat(query.type()).isEqualTo(GgufType.Q4_0);
            float[] numbers = weights.tensor(query.name()).toFloats();
            float[] expected = new float[numbers.length];
            Blocks.read(GgufType.Q4_0, BlockWriter.rows(GgufType.Q4_0, numbers, 32), 0, expected);
            assertThat(query.floats(0, Math.toIntExact(query.rows()))).containsExactly(expected);
            assertThat(model.weight("model.layers.0.mlp.down_proj.weight").type())
                    .isEqualTo(GgufType.F16); // 24 columns
            assertThat(model.weight("model.embed_tokens.weight").type()).isEqualTo(GgufType.Q8_0); // no 256 columns
        }
    }

    @Test
    void aFileWrittenFromAFileKeepsItsMetadata() {
        Path out = temp.resolve("model.gguf");
        try (var model = GgufModel.open(GgufModelTest.file("llama3"))) {
            GgufExport.of(model).write(out, WeightRows.of(model), Mix.Q8_0, true);
            try (var again = GgufModel.open(out)) {
                var expected = new LinkedHashMap<>(model.file().metadata());
                expected.put("general.file_type", 7L);
                expected.put("general.quantization_version", 2L);
                assertThat(again.file().metadata()).containsExactlyInAnyOrderEntriesOf(expected);
                assertThat(again.config()).isEqualTo(model.config());
                assertThat(again.weight("model.embed_tokens.weight").type()).isEqualTo(GgufType.Q8_0);
            }
        }
    }

    /// As llama.cpp reads it, and by the whole tokenizer beside.
    @ParameterizedTest
    @FieldSource("KINDS")
    void aTokenizerWrittenAndReadAgainGivesTheSameIds(String kind) throws IOException {
        Tokenizer tokenizer = Tokenizer.load(FIXTURES.resolve("tokenizers/" + kind));
        for (boolean whole : new boolean[] {true, false}) {
            var keys = new LinkedHashMap<String, GgufValue>();
            var special = folder("llama3").config().special();
            assertThat(new TokenizerWriter(tokenizer, special, tokenizer.idBound() + 3).write(keys))
                    .isEmpty();
            if (!whole) {
                keys.remove(TokenizerReader.JSON);
            }
            Path out = temp.resolve("tokenizer.gguf");
            try (var writer = GgufWriter.begin(out, keys, List.of())) {
                writer.finish();
            }
            try (var file = GgufFile.open(out)) {
                Tokenizer again = new TokenizerReader(file.keys()).read();
                for (String text : GgufTokenizerTest.texts()) {
                    int[] ids = tokenizer.encodeIds(text, false);
                    assertThat(again.encodeIds(text, false)).as(text).containsExactly(ids);
                    assertThat(again.decode(ids, true)).isEqualTo(tokenizer.decode(ids, true));
                }
            }
        }
    }

    @Test
    void aModelAndItsTokenizerAreOneFile() throws IOException {
        ModelFolder folder = folder("qwen2");
        Path out = temp.resolve("model.gguf");
        Tokenizer small = Tokenizer.parse("""
                {"added_tokens": [{"id": 3, "content": "</s>", "special": true, "single_word": false,
                  "lstrip": false, "rstrip": false, "normalized": false}],
                 "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
                 "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
                 "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}
                """, "small");
        try (Weights weights = Weights.of(Safetensors.open(folder.path()))) {
            GgufExport.of("m", folder.config(), folder.generation(), small, "{{ messages[0].content }}")
                    .write(out, WeightRows.of(weights), Mix.BF16, false);
        }
        try (var source = ModelSource.open(out)) {
            assertThat(source.tokenizer().encodeIds("abab")).containsExactly(2, 2);
            assertThat(source.parts().chatTemplate()).isEqualTo("{{ messages[0].content }}");
            assertThat(source.generation().special().eos())
                    .isEqualTo(folder.generation().special().eos());
            assertThat(source.config().vocabSize()).isEqualTo(64);
        }
        assertThat(temp.toFile().list()).containsExactly("model.gguf");
    }

    @Test
    void whatIsNotFinishedLeavesNothingBehind() {
        var planned = List.of(new GgufWriter.Planned("a.weight", List.of(2L, 32L), GgufType.Q8_0));
        try (var writer = GgufWriter.begin(temp.resolve("x.gguf"), Map.of(), planned)) {
            writer.append(MemorySegment.ofArray(new byte[34]));
            assertThatThrownBy(writer::finish).hasMessageContaining("a.weight lacks 34 bytes");
            assertThatThrownBy(() -> writer.append(MemorySegment.ofArray(new byte[35])))
                    .hasMessageContaining("a.weight lacks 34");
        }
        assertThat(temp).isEmptyDirectory();
        assertThatThrownBy(() -> new GgufWriter.Planned("a", List.of(2L, 33L), GgufType.Q8_0))
                .hasMessageContaining("no rows of whole blocks");
    }

    @Test
    void modelsThatAreNotComputedAreRefusedByName() {
        refuses(
                "general.architecture",
                GgufValue.text("gemma2"),
                "gemma2",
                "llama, qwen2, qwen3, qwen2moe and qwen3moe");
        refuses("llama.expert_weights_scale", GgufValue.float32(2), "expert_weights_scale", "not computed");
        refuses("llama.rope.dimension_count", GgufValue.uint32(4), "whole heads");
        refuses("llama.rope.scaling.type", GgufValue.text("longrope"), "llama.rope.scaling.type");
        refuses("llama.attention.value_length", GgufValue.uint32(16), "as wide as keys");
        refuses("llama.attention.head_count", GgufValue.uint32(0), "at least 1");
        refuses("llama.block_count", GgufValue.text("two"), "no whole number in 'llama.block_count'");
        refuses("llama.attention.head_count_kv", GgufValue.int32s(List.of(2, 4)), "layers of different sizes");
        refuses("tokenizer.ggml.model", GgufValue.text("rwkv"), "gpt2 and llama");
        refuses("tokenizer.ggml.pre", GgufValue.text("unheard-of"), "unheard-of", "llama-bpe");
    }

    private void refuses(String key, GgufValue value, String... words) {
        ModelFolder folder = folder("llama3");
        Path out = temp.resolve("odd.gguf");
        var keys = new LinkedHashMap<>(new ModelKeys(folder.config())
                .write("odd", GenerationConfig.of(folder.config().special())));
        keys.put("llama.rope.scaling.factor", GgufValue.float32(2));
        keys.put("tokenizer.ggml.model", GgufValue.text("gpt2"));
        keys.put("tokenizer.ggml.tokens", GgufValue.texts(List.of("a")));
        keys.put("general.file_type", GgufValue.uint32(0));
        keys.put(key, value);
        if (!key.contains("scaling")) {
            keys.remove("llama.rope.scaling.factor");
        }
        float[] table = new float[64 * 32];
        var planned = List.of(new GgufWriter.Planned("token_embd.weight", List.of(64L, 32L), GgufType.F32));
        try (var writer = GgufWriter.begin(out, keys, planned)) {
            writer.append(BlockWriter.rows(GgufType.F32, table, 32));
            writer.finish();
        }
        assertThatThrownBy(() -> {
                    try (var model = GgufModel.open(out)) {
                        model.tokenizer();
                    }
                })
                .isInstanceOf(GgufException.class)
                .hasMessageContaining("odd.gguf")
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
        assertThat(Files.exists(out)).isTrue();
    }
}
