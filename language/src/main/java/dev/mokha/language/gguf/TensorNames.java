package dev.mokha.language.gguf;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The names of tensors in checkpoints of Hugging Face and in GGUF files.
final class TensorNames {
    /// Divides the frequencies of the rotary embedding; no parameter of a checkpoint.
    static final String ROPE_FACTORS = "rope_freqs.weight";

    static final String EMBEDDING = "model.embed_tokens.weight";
    static final String HEAD = "lm_head.weight";

    private static final Map<String, String> OUTSIDE = Map.of(
            "token_embd.weight", EMBEDDING,
            "output_norm.weight", "model.norm.weight",
            "output.weight", HEAD);
    private static final Map<String, String> IN_LAYER = Map.ofEntries(
            Map.entry("attn_norm", "input_layernorm"),
            Map.entry("attn_q", "self_attn.q_proj"),
            Map.entry("attn_k", "self_attn.k_proj"),
            Map.entry("attn_v", "self_attn.v_proj"),
            Map.entry("attn_output", "self_attn.o_proj"),
            Map.entry("attn_q_norm", "self_attn.q_norm"),
            Map.entry("attn_k_norm", "self_attn.k_norm"),
            Map.entry("ffn_norm", "post_attention_layernorm"),
            Map.entry("ffn_gate", "mlp.gate_proj"),
            Map.entry("ffn_up", "mlp.up_proj"),
            Map.entry("ffn_down", "mlp.down_proj"));
    private static final Map<String, String> OUTSIDE_BACK = turned(OUTSIDE);
    private static final Map<String, String> IN_LAYER_BACK = turned(IN_LAYER);
    private static final Pattern LAYER = Pattern.compile("blk\\.(\\d{1,9})\\.(\\w+)\\.(weight|bias)");
    private static final Pattern LAYER_BACK = Pattern.compile("model\\.layers\\.(\\d{1,9})\\.(.+)\\.(weight|bias)");

    private TensorNames() {}

    private static Map<String, String> turned(Map<String, String> names) {
        return names.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
    }

    /// {@return the checkpoint's name, or null where there is none}
    static @Nullable String checkpoint(String gguf) {
        return renamed(gguf, OUTSIDE, LAYER, IN_LAYER, "model.layers.");
    }

    /// {@return the name in GGUF files, or null where there is none}
    static @Nullable String gguf(String checkpoint) {
        return renamed(checkpoint, OUTSIDE_BACK, LAYER_BACK, IN_LAYER_BACK, "blk.");
    }

    private static @Nullable String renamed(
            String name, Map<String, String> outside, Pattern layer, Map<String, String> inLayer, String before) {
        Matcher matcher = layer.matcher(name);
        if (!matcher.matches()) {
            return outside.get(name);
        }
        String part = inLayer.get(matcher.group(2));
        return part == null ? null : before + matcher.group(1) + "." + part + "." + matcher.group(3);
    }
}
