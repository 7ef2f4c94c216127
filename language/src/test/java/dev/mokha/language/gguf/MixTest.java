package dev.mokha.language.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import dev.mokha.language.decoder.Family;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The choices that `llama-quantize` makes, read off its output for models of these shapes.
final class MixTest {
    private static final DecoderConfig SIXTEEN = DecoderConfig.llama32With1b();
    private static final DecoderConfig UNTIED = SIXTEEN.withTiedHead(false);

    private static String layers(Mix mix, String part) {
        return IntStream.range(0, 16)
                .mapToObj(i -> mix.type("model.layers." + i + "." + part + ".weight", 2048, SIXTEEN, false)
                        .name()
                        .substring(1, 2))
                .collect(Collectors.joining());
    }

    @Test
    void theMixesFavourTheSameLayersAsLlamaCpp() {
        assertThat(layers(Mix.Q4_K_M, "self_attn.v_proj")).isEqualTo("6644644644644666");
        assertThat(layers(Mix.Q4_K_M, "mlp.down_proj")).isEqualTo("6644644644644666");
        assertThat(layers(Mix.Q5_K_M, "mlp.down_proj")).isEqualTo("6655655655655666");
        assertThat(layers(Mix.Q4_K_S, "self_attn.v_proj")).isEqualTo("5555444444444444");
        assertThat(layers(Mix.Q4_K_S, "mlp.down_proj")).isEqualTo("5544444444444444");
        assertThat(layers(Mix.Q4_K_M, "self_attn.q_proj")).isEqualTo("4444444444444444");
    }

    @Test
    void theHeadHasMoreBits() {
        assertThat(Mix.Q4_0.type("model.embed_tokens.weight", 2048, SIXTEEN, false))
                .isEqualTo(GgufType.Q6_K);
        assertThat(Mix.Q4_0.type("model.embed_tokens.weight", 2048, UNTIED, false))
                .isEqualTo(GgufType.Q4_0);
        assertThat(Mix.Q4_0.type("lm_head.weight", 2048, UNTIED, false)).isEqualTo(GgufType.Q6_K);
        assertThat(Mix.Q8_0.type("lm_head.weight", 2048, UNTIED, false)).isEqualTo(GgufType.Q8_0);
        assertThat(Mix.Q4_0.type("lm_head.weight", 2048, UNTIED, true)).isEqualTo(GgufType.Q4_0);
        assertThat(Mix.F16.type("lm_head.weight", 2048, UNTIED, false)).isEqualTo(GgufType.F16);
    }

    @Test
    void besideEightExpertsAttentionHasMoreBitsAndRoutersAreNeverRounded() {
        var mixtral = SIXTEEN.as(Family.MIXTRAL, Experts.of(8, 2, 8192));
        String at = "model.layers.10.";
        assertThat(Mix.Q4_K_M.type(at + "self_attn.v_proj.weight", 2048, mixtral, false))
                .isEqualTo(GgufType.Q8_0);
        assertThat(Mix.Q4_0.type(at + "self_attn.k_proj.weight", 2048, mixtral, false))
                .isEqualTo(GgufType.Q8_0);
        assertThat(Mix.Q4_K_S.type(at + "self_attn.o_proj.weight", 2048, mixtral, false))
                .isEqualTo(GgufType.Q5_K);
        assertThat(Mix.Q5_K_S.type(at + "self_attn.o_proj.weight", 2048, mixtral, false))
                .isEqualTo(GgufType.Q5_K);
        assertThat(Mix.Q4_K_M.type(at + "block_sparse_moe.experts.3.w2.weight", 2048, mixtral, false))
                .isEqualTo(GgufType.Q6_K); // a favoured layer's way down
        assertThat(Mix.Q4_K_M.type(at + "block_sparse_moe.experts.3.w1.weight", 2048, mixtral, false))
                .isEqualTo(GgufType.Q4_K);
        assertThat(Mix.F16.type(at + "block_sparse_moe.gate.weight", 2048, mixtral, true))
                .isEqualTo(GgufType.F32);
        assertThat(Mix.Q4_0.type(at + "mlp.shared_expert_gate.weight", 2048, mixtral, true))
                .isEqualTo(GgufType.F32);
    }

    @Test
    void rowsThatAreNoWholeBlocksHaveATypeThatFits() {
        String name = "model.layers.3.mlp.up_proj.weight";
        assertThat(Mix.Q4_K_M.type(name, 96, SIXTEEN, false)).isEqualTo(GgufType.Q5_0);
        assertThat(Mix.Q5_K_M.type(name, 96, SIXTEEN, true)).isEqualTo(GgufType.Q5_1);
        assertThat(Mix.Q6_K.type(name, 96, SIXTEEN, false)).isEqualTo(GgufType.Q8_0);
        assertThat(Mix.Q4_0.type(name, 40, SIXTEEN, false)).isEqualTo(GgufType.F16);
    }

    @Test
    void mixesGoByTheNamesOfLlamaCpp() {
        assertThat(Mix.of("q4_k")).isEqualTo(Mix.Q4_K_M);
        assertThat(Mix.of("Q5-K-S")).isEqualTo(Mix.Q5_K_S);
        assertThatThrownBy(() -> Mix.of("Q3_K")).hasMessageContaining("Q4_K_M");
    }
}
