package dev.mokha.language.gguf;

import dev.mokha.language.decoder.Family;
import java.util.List;
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

    private static final String SHARED = "mlp.shared_expert";
    private static final Pattern STACK = Pattern.compile("blk\\.(\\d{1,9})\\.ffn_(gate|up|down)_exps\\.weight");
    private static final List<String> PARTS = List.of("gate", "up", "down");

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
            Map.entry("ffn_down", "mlp.down_proj"),
            Map.entry("ffn_gate_inp", "mlp.gate"),
            Map.entry("ffn_gate_inp_shexp", SHARED + "_gate"),
            Map.entry("ffn_gate_shexp", SHARED + ".gate_proj"),
            Map.entry("ffn_up_shexp", SHARED + ".up_proj"),
            Map.entry("ffn_down_shexp", SHARED + ".down_proj"));
    private static final Map<String, String> OUTSIDE_BACK = turned(OUTSIDE);
    private static final Map<String, String> IN_LAYER_BACK = turned(IN_LAYER);
    private static final Pattern LAYER = Pattern.compile("blk\\.(\\d{1,9})\\.(\\w+)\\.(weight|bias)");
    private static final Pattern LAYER_BACK = Pattern.compile("model\\.layers\\.(\\d{1,9})\\.(.+)\\.(weight|bias)");

    private TensorNames() {}

    private static Map<String, String> turned(Map<String, String> names) {
        return names.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
    }

    /// {@return the checkpoint's name, or null where there is none}
    static @Nullable String checkpoint(String gguf, Family family) {
        @Nullable String name = renamed(gguf, OUTSIDE, LAYER, IN_LAYER, "model.layers.");
        return name == null || !name.endsWith(".mlp.gate.weight")
                ? name
                : name.replace(".mlp.", "." + family.mixtureName() + ".");
    }

    /// {@return the name in GGUF files, or null where there is none}
    static @Nullable String gguf(String checkpoint, Family family) {
        String usual = checkpoint.replace("." + family.mixtureName() + ".", ".mlp.");
        return renamed(usual, OUTSIDE_BACK, LAYER_BACK, IN_LAYER_BACK, "blk.");
    }

    /// A tensor of all experts of a layer, `[experts, rows, columns]`; checkpoints have one for each.
    ///
    /// @param part of an expert: 0 for its gate, 1 for up, 2 for down
    record Stack(int layer, int part) {
        /// {@return what a tensor of that name is; null for one of another kind}
        static @Nullable Stack of(String gguf) {
            Matcher matcher = STACK.matcher(gguf);
            return matcher.matches()
                    ? new Stack(Integer.parseInt(matcher.group(1)), PARTS.indexOf(matcher.group(2)))
                    : null;
        }

        /// {@return its name in GGUF files}
        String gguf() {
            return "blk." + layer + ".ffn_" + PARTS.get(part) + "_exps.weight";
        }

        /// {@return what checkpoints call the part of one expert}
        String checkpoint(Family family, int expert) {
            return "model.layers." + layer + "." + family.mixtureName() + ".experts." + expert + "."
                    + family.expertParts().get(part) + ".weight";
        }
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
