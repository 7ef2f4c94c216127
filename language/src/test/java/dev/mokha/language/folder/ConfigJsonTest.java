package dev.mokha.language.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import dev.mokha.language.decoder.Family;
import dev.mokha.language.decoder.LayerType;
import dev.mokha.language.rotary.Rope;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigJsonTest {
    private static final String SIZES = """
            "vocab_size": 64, "hidden_size": 32, "intermediate_size": 24, "num_hidden_layers": 2,
            "num_attention_heads": 4""";

    @Test
    void everyPresetComesBackFromItsOwnText() {
        for (var config : List.of(DecoderConfig.tiny(), DecoderConfig.allam7b(), DecoderConfig.llama32With1b())) {
            assertThat(ConfigJson.read(ConfigJson.write(config, "float32"))).isEqualTo(config);
        }
    }

    @Test
    void expertsComeBackFromTheirOwnText() {
        var qwen2 = new Experts(6, 3, 10, 14, false, 0.01, true, 1, List.of(0));
        var qwen3 = new Experts(5, 2, 10, 0, true, 0.001, false, 2, List.of());
        for (var config : List.of(
                DecoderConfig.tiny().as(Family.MIXTRAL, Experts.of(4, 2, 48)),
                DecoderConfig.tiny().as(Family.QWEN2_MOE, qwen2),
                DecoderConfig.tiny().as(Family.QWEN3_MOE, qwen3))) {
            assertThat(ConfigJson.read(ConfigJson.write(config, "float32"))).isEqualTo(config);
        }
        assertThat(read("qwen3_moe", "\"num_local_experts\": 12").experts())
                .isEqualTo(read("qwen3_moe", "\"num_experts\": 12").experts());
    }

    @Test
    void whatIsNoMixtureIsRefusedByName() {
        assertThatThrownBy(() -> read("mixtral", "\"num_local_experts\": 4, \"num_experts_per_tok\": 5"))
                .hasMessageContaining("num_experts_per_tok lies in [1, num_experts 4], not 5");
        assertThatThrownBy(() -> read("qwen2_moe", "\"decoder_sparse_step\": 0"))
                .hasMessageContaining("decoder_sparse_step");
        assertThatThrownBy(() -> read("qwen2_moe", "\"qkv_bias\": false")).hasMessageContaining("qkv_bias is false");
        assertThatThrownBy(() -> DecoderConfig.tiny().as(Family.MIXTRAL, null)).hasMessageContaining("needs experts");
    }

    @Test
    void unknownKeysAreKeptAndHarmfulOnesAreNot() {
        DecoderConfig config = read("llama", "\"use_cache\": true, \"_name_or_path\": \"/home/me\", \"custom\": [1]");
        String again = ConfigJson.write(config, "bfloat16");
        assertThat(again)
                .contains("\"use_cache\" : true")
                .contains("\"custom\" : [ 1 ]")
                .contains("\"torch_dtype\" : \"bfloat16\"")
                .doesNotContain("/home/me");
    }

    @Test
    void aWindowCountsOnlyWhereTheFamilyAndItsSwitchSaySo() {
        assertThat(read("mistral", "\"num_key_value_heads\": 2, \"sliding_window\": 8")
                        .layerTypes())
                .containsOnly(LayerType.SLIDING_ATTENTION);
        assertThat(read("mistral", "\"num_key_value_heads\": 2, \"sliding_window\": null")
                        .layerTypes())
                .containsOnly(LayerType.FULL_ATTENTION);
        assertThat(read("qwen2", "\"sliding_window\": 8, \"use_sliding_window\": false")
                        .slidingWindow())
                .isNull();
        assertThat(read("qwen2", "\"sliding_window\": 8, \"use_sliding_window\": true, \"max_window_layers\": 1")
                        .layerTypes())
                .containsExactly(LayerType.FULL_ATTENTION, LayerType.SLIDING_ATTENTION);
    }

    @Test
    void bothSpellingsOfRopeMeanTheSame() {
        String scaling = "\"factor\": 8, \"low_freq_factor\": 1, \"high_freq_factor\": 4,"
                + " \"original_max_position_embeddings\": 128";
        Rope old = read("llama", "\"rope_theta\": 500000, \"rope_scaling\": {\"type\": \"llama3\", " + scaling + "}")
                .ropeParameters();
        Rope current = read(
                        "llama",
                        "\"rope_parameters\": {\"rope_type\": \"llama3\", \"rope_theta\": 500000, " + scaling + "}")
                .ropeParameters();
        assertThat(old).isEqualTo(current).isEqualTo(new Rope(500_000, new Rope.Scaling.Llama3(8, 1, 4, 128)));
    }

    @Test
    void everyScalingComesBackFromItsOwnText() {
        for (var scaling : List.of(
                new Rope.Scaling.Linear(4),
                new Rope.Scaling.Dynamic(2),
                new Rope.Scaling.Yarn(4, 32_768, 32, 1, null, null, null, true),
                new Rope.Scaling.Yarn(40, 4096, 32, 1, null, 1.0, 1.0, false))) {
            DecoderConfig config = DecoderConfig.tiny().withRope(new Rope(10_000, scaling));
            assertThat(ConfigJson.read(ConfigJson.write(config, "float32")).ropeParameters())
                    .isEqualTo(config.ropeParameters());
        }
    }

    @Test
    void theReleasedModelsHaveTheirPublishedNumberOfParameters() {
        assertThat(DecoderConfig.allam7b().parameterCount()).isEqualTo(7_000_559_616L);
        assertThat(DecoderConfig.llama32With1b().parameterCount()).isEqualTo(1_235_814_400L);
        var mixtral = DecoderConfig.llama(32_000, 4096, 14_336, 32, 32, 8);
        assertThat(mixtral.as(Family.MIXTRAL, Experts.of(8, 2, 14_336)).parameterCount())
                .isEqualTo(46_702_792_704L);
    }

    @Test
    void anUnknownFamilyIsAnsweredWithThoseThereAre() {
        assertThatThrownBy(() -> read("gpt2", "\"a\": 1"))
                .hasMessageContaining("'gpt2'")
                .hasMessageContaining("llama, mistral, qwen2, qwen3, mixtral, qwen2_moe, qwen3_moe");
        assertThat(Family.of("qwen3").architecture()).isEqualTo("Qwen3ForCausalLM");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"hidden_act\": \"gelu\" | hidden_act is 'gelu'",
                "\"num_key_value_heads\": 3 | must be a multiple of num_key_value_heads (3)",
                "\"head_dim\": 7 | head_dim must be even",
                "\"rms_norm_eps\": \"small\" | rms_norm_eps must be a number, was small",
                "\"num_key_value_heads\": 1.5 | num_key_value_heads must be an integer",
                "\"quantization_config\": {\"bits\": 4} | quantised",
                "\"partial_rotary_factor\": 0.5 | partial_rotary_factor is 0.5",
                "\"rope_scaling\": {\"rope_type\": \"longrope\"} | rope_type 'longrope' is not computed here",
                "\"rope_scaling\": {\"rope_type\": \"linear\"} | lacks rope_scaling.factor",
                "\"rope_scaling\": 4 | rope_scaling must be an object",
            })
    void whatCannotBeComputedIsRefusedByName(String extra, String message) {
        assertThatThrownBy(() -> read("llama", extra))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"[]", "null", "{", "''", "7"})
    void whatIsNoObjectIsRefused(String json) {
        assertThatThrownBy(() -> ConfigJson.read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("config.json");
    }

    private static DecoderConfig read(String family, String extra) {
        return ConfigJson.read("{\"model_type\": \"" + family + "\", " + SIZES + ", " + extra + "}");
    }
}
