package dev.mokha.language.folder;

import dev.mokha.language.packed.PackedLayout;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `quantization_config` of `config.json`.
final class PackedJson {
    static final String KEY = "quantization_config";

    private PackedJson() {}

    /// {@return how the folder's projections are packed; null where they are not}
    /// @throws IllegalArgumentException when they are quantised in a way that is not read
    static @Nullable PackedLayout read(JsonKeys config) {
        @Nullable JsonKeys keys = config.object(KEY);
        if (keys == null) {
            return null;
        }
        String method = keys.string("quant_method", "");
        PackedLayout.Kind kind = switch (method) {
            case "gptq" -> gptq(keys.string("checkpoint_format", "gptq"));
            case "awq" -> awq(keys.string("version", "gemm"));
            default ->
                throw unknown(
                        method.isEmpty() ? "a method without a name" : method, "take another folder of the model");
        };
        return new PackedLayout(
                kind,
                keys.integer("bits", keys.integer("w_bit", 4)),
                keys.integer("group_size", keys.integer("q_group_size", 128)),
                kind != PackedLayout.Kind.AWQ && keys.flag("sym", true),
                kind != PackedLayout.Kind.AWQ && keys.flag("desc_act", false));
    }

    private static PackedLayout.Kind gptq(String format) {
        return switch (format) {
            case "gptq" -> PackedLayout.Kind.GPTQ;
            case "gptq_v2" -> PackedLayout.Kind.GPTQ_V2;
            default -> throw unknown("gptq with checkpoint_format '" + format + "'", "'gptq' and 'gptq_v2' are");
        };
    }

    private static PackedLayout.Kind awq(String version) {
        if (version.equalsIgnoreCase("gemm")) {
            return PackedLayout.Kind.AWQ;
        }
        throw unknown("awq with version '" + version + "'", "'gemm' is");
    }

    private static IllegalArgumentException unknown(String what, String instead) {
        return new IllegalArgumentException("the folder's weights are quantised by " + what
                + " (quantization_config in config.json), which is not read here; gptq and awq are: " + instead);
    }

    /// {@return what `config.json` says of a layout}
    static Map<String, Object> write(PackedLayout layout) {
        var keys = new TreeMap<String, Object>();
        keys.put("bits", layout.bits());
        keys.put("group_size", layout.groupSize());
        if (layout.kind() == PackedLayout.Kind.AWQ) {
            keys.put("quant_method", "awq");
            keys.put("version", "gemm");
            keys.put("zero_point", true);
        } else {
            keys.put("quant_method", "gptq");
            keys.put("checkpoint_format", layout.kind().label());
            keys.put("sym", layout.symmetric());
            keys.put("desc_act", layout.byInput());
        }
        return keys;
    }
}
