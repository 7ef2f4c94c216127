package dev.mokha.language.gguf;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which types a file's tensors have, under the names that llama.cpp gives such choices, and as it makes
/// them: the head, and a table that is the head too, in Q6_K or Q8_0; in the M mixes more bits for half of
/// the values and of the downward projections; more bits for attention beside eight experts. Vectors and
/// routers stay float32.
public enum Mix {
    F32(0, GgufType.F32),
    F16(1, GgufType.F16),
    BF16(32, GgufType.BF16),
    Q8_0(7, GgufType.Q8_0),
    Q4_0(2, GgufType.Q4_0),
    Q4_1(3, GgufType.Q4_1),
    Q5_0(8, GgufType.Q5_0),
    Q5_1(9, GgufType.Q5_1),
    Q4_K_S(14, GgufType.Q4_K),
    Q4_K_M(15, GgufType.Q4_K),
    Q5_K_S(16, GgufType.Q5_K),
    Q5_K_M(17, GgufType.Q5_K),
    Q6_K(18, GgufType.Q6_K);

    private static final Pattern LAYER = Pattern.compile("\\.layers\\.(\\d+)\\.");
    private static final int FEW_EXPERTS = 8; // of Mixtral, whose attention is small beside its experts
    private static final int LARGE_LAYERS = 80; // of the 70B models, whose few values get more bits

    private final int number;
    private final GgufType type;

    Mix(int number, GgufType type) {
        this.number = number;
        this.type = type;
    }

    /// {@return the mix of a name, in either case; Q4_K and Q5_K stand for their M mixes, as in llama.cpp}
    /// @throws IllegalArgumentException when there is none
    public static Mix of(String name) {
        String upper = name.toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(values())
                .filter(mix -> mix.name().equals(upper) || mix.name().equals(upper + "_M"))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no type '" + name + "'; there are "
                        + Arrays.stream(values()).map(Mix::name).collect(Collectors.joining(", "))));
    }

    /// {@return the number of the mix in `general.file_type`}
    public int number() {
        return number;
    }

    /// {@return the type of most matrices}
    public GgufType type() {
        return type;
    }

    /// {@return the type of a matrix}
    ///
    /// @param name as checkpoints call it
    /// @param columns of its rows
    /// @param pure whether every matrix has the mix's type, where its rows are whole blocks of it
    public GgufType type(String name, long columns, DecoderConfig config, boolean pure) {
        if (isRouter(name)) {
            return GgufType.F32;
        }
        if (!type.isQuantized()) {
            return type;
        }
        return fitting(pure ? type : mixed(name, columns, config), columns);
    }

    private static boolean isRouter(String name) {
        return name.endsWith(".mlp.gate.weight")
                || name.endsWith(".block_sparse_moe.gate.weight")
                || name.endsWith(".shared_expert_gate.weight");
    }

    private GgufType mixed(String name, long columns, DecoderConfig config) {
        boolean head =
                name.equals(TensorNames.HEAD) || (config.tieWordEmbeddings() && name.equals(TensorNames.EMBEDDING));
        if (head) {
            return columns % type.block() != 0 || type == GgufType.Q8_0 ? GgufType.Q8_0 : GgufType.Q6_K;
        }
        boolean values = name.endsWith(".v_proj.weight");
        @Nullable Experts experts = config.experts();
        if (experts != null && experts.numExperts() == FEW_EXPERTS) {
            if (values || name.endsWith(".k_proj.weight")) {
                return GgufType.Q8_0;
            }
            if (name.endsWith(".o_proj.weight") && type == GgufType.Q4_K) {
                return GgufType.Q5_K;
            }
        }
        if (!values && !name.endsWith(".down_proj.weight") && !name.endsWith(".w2.weight")) {
            return type;
        }
        int layers = config.numHiddenLayers();
        Matcher matcher = LAYER.matcher(name);
        int layer = matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
        return switch (this) {
            case Q4_K_M, Q5_K_M -> isFavoured(layer, layers) ? GgufType.Q6_K : few(values, config);
            case Q4_K_S -> (values ? layer < 4 : layer < layers / 8) ? GgufType.Q5_K : few(values, config);
            default -> type;
        };
    }

    private GgufType few(boolean values, DecoderConfig config) {
        boolean large =
                config.numHiddenLayers() == LARGE_LAYERS && config.numAttentionHeads() != config.numKeyValueHeads();
        return values && large && type == GgufType.Q4_K ? GgufType.Q5_K : type;
    }

    /// The first eighth of the layers, the last, and every third between.
    private static boolean isFavoured(int layer, int layers) {
        return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
    }

    /// Where rows are no whole blocks of 256, a type with blocks of 32 and no fewer bits; where not of
    /// these, float16.
    private static GgufType fitting(GgufType wanted, long columns) {
        if (columns % wanted.block() == 0) {
            return wanted;
        }
        if (columns % 32 != 0) {
            return GgufType.F16;
        }
        return switch (wanted) {
            case Q4_K -> GgufType.Q5_0;
            case Q5_K -> GgufType.Q5_1;
            default -> GgufType.Q8_0;
        };
    }
}
