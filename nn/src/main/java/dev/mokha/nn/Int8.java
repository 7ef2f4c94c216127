package dev.mokha.nn;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Dynamic int8 quantisation of projections, for inference: see [QuantizedLinear]. Embeddings, norms and everything
/// that is not covered stay as they are.
///
/// ```java
/// var loading = Loading.forUse(Device.CPU).quantized(Int8.dynamic());
/// ```
///
/// @param targets a pattern that the end of a projection's path matches, in whole steps: `query|key|value`
public record Int8(String targets) implements Adapter {
    private static final String LAYERS = "layers?\\.\\d+\\..+";

    public Int8 {
        pattern(targets);
    }

    /// Quantises the projections inside the numbered layers of a model: `….layer.3.attention.self.query`,
    /// `….layers.3.mlp.Wi`. Poolers, heads and the decoder of a masked language model stay as they are: they
    /// are small, and what they err is not averaged out by a later layer.
    public static Int8 dynamic() {
        return on(LAYERS);
    }

    /// Quantises the projections whose path ends in what `targets` matches.
    public static Int8 on(String targets) {
        return new Int8(targets);
    }

    @Override
    public boolean covers(String path) {
        return pattern(targets).matcher(path).matches();
    }

    @Override
    public QuantizedLinear adapt(Linear base, Params params) {
        return QuantizedLinear.of(base);
    }

    private static Pattern pattern(String targets) {
        try {
            return Pattern.compile("(?:.*\\.)?(?:" + targets + ")");
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "the targets of int8 '" + targets + "' are no pattern: " + e.getDescription(), e);
        }
    }
}
