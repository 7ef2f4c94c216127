package dev.mokha.language.folder;

import dev.mokha.language.decoder.Experts;
import dev.mokha.language.decoder.Family;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The keys of `config.json` that tell of experts. Mixtral's has fewer of them: its experts are as wide as
/// `intermediate_size` says, in every layer, and their weights always sum to 1. transformers 5 writes Qwen3's
/// number of experts as Mixtral's is written; both are read.
final class ExpertsJson {
    static final Set<String> KEYS = Set.of(
            "num_local_experts",
            "num_experts",
            "num_experts_per_tok",
            "moe_intermediate_size",
            "shared_expert_intermediate_size",
            "norm_topk_prob",
            "router_aux_loss_coef",
            "output_router_logits",
            "decoder_sparse_step",
            "mlp_only_layers",
            "qkv_bias");

    private ExpertsJson() {}

    /// The defaults are transformers'.
    static Experts read(JsonKeys keys, Family family) {
        double loss = keys.number("router_aux_loss_coef", 0.001);
        boolean always = keys.flag("output_router_logits", false);
        if (family == Family.MIXTRAL) {
            return new Experts(
                    keys.integer("num_local_experts", 8),
                    keys.integer("num_experts_per_tok", 2),
                    keys.integer("intermediate_size"),
                    0,
                    true,
                    loss,
                    always,
                    1,
                    List.of());
        }
        boolean shared = family == Family.QWEN2_MOE;
        int count = keys.integer("num_local_experts", shared ? 60 : 128);
        return new Experts(
                keys.integer("num_experts", count),
                keys.integer("num_experts_per_tok", shared ? 4 : 8),
                keys.integer("moe_intermediate_size", shared ? 1408 : 768),
                shared ? keys.integer("shared_expert_intermediate_size", 5632) : 0,
                keys.flag("norm_topk_prob", false),
                loss,
                always,
                keys.integer("decoder_sparse_step", 1),
                keys.integers("mlp_only_layers"));
    }

    static void write(Experts experts, Family family, Map<String, Object> map) {
        map.put("num_experts_per_tok", experts.numExpertsPerTok());
        map.put("router_aux_loss_coef", experts.routerAuxLossCoef());
        map.put("output_router_logits", experts.outputRouterLogits());
        if (family == Family.MIXTRAL) {
            map.put("num_local_experts", experts.numExperts());
            return;
        }
        map.put("num_experts", experts.numExperts());
        map.put("moe_intermediate_size", experts.moeIntermediateSize());
        map.put("norm_topk_prob", experts.normTopkProb());
        map.put("decoder_sparse_step", experts.decoderSparseStep());
        map.put("mlp_only_layers", experts.mlpOnlyLayers());
        if (family == Family.QWEN2_MOE) {
            map.put("shared_expert_intermediate_size", experts.sharedExpertIntermediateSize());
            map.put("qkv_bias", true);
        }
    }
}
