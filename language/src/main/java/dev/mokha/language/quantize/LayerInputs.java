package dev.mokha.language.quantize;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.nn.Probe;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What a layer's projections have been multiplied with over a calibration text.
final class LayerInputs implements AutoCloseable {
    /// Where a layer multiplies: several projections share an input.
    @SuppressWarnings("ImmutableEnumChecker") // a list that is never changed
    enum Point {
        ATTENTION("input_layernorm.output", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
        MIXED("self_attn.o_proj.input", "self_attn.o_proj"),
        FEED_FORWARD("post_attention_layernorm.output", "mlp.gate_proj", "mlp.up_proj"),
        GATED("mlp.down_proj.input", "mlp.down_proj");

        private final String tap;
        private final List<String> projections;

        Point(String tap, String... projections) {
            this.tap = tap;
            this.projections = List.of(projections);
        }

        /// {@return the full names of the weights}
        List<String> weights(int layer) {
            return projections.stream()
                    .map(name -> "model.layers." + layer + "." + name + ".weight")
                    .toList();
        }
    }

    private final Map<Point, Inputs> inputs = new EnumMap<>(Point.class);

    private LayerInputs() {}

    /// Reads the text up to the end of a layer's blocks, whose weights may be what a method made of them.
    static LayerInputs of(Decoder decoder, int layer, Calibration calibration) {
        var all = new LayerInputs();
        String path = "model.layers." + layer + ".";
        try {
            for (int from = 0; from < calibration.windows().size(); from += calibration.batch()) {
                List<int[]> rows = calibration
                        .windows()
                        .subList(
                                from,
                                Math.min(
                                        from + calibration.batch(),
                                        calibration.windows().size()));
                try (var _ = Scope.open("calibration");
                        var _ = Gradients.off()) {
                    Probe probe =
                            Probe.reading(name -> name.startsWith(path), (name, value) -> all.see(path, name, value));
                    probe.during(() -> decoder.hidden(batch(rows)));
                } catch (Enough _) {
                    // later layers need not be computed
                }
            }
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    private static TokenBatch batch(List<int[]> rows) {
        int time = rows.getFirst().length;
        int[] ids = new int[rows.size() * time];
        for (int row = 0; row < rows.size(); row++) {
            System.arraycopy(rows.get(row), 0, ids, row * time, time);
        }
        return TokenBatch.of(Tensors.of(ids, rows.size(), time));
    }

    private void see(String path, String name, Tensor value) {
        for (Point point : Point.values()) {
            if (name.equals(path + point.tap)) {
                inputs.computeIfAbsent(point, _ -> new Inputs(value.size(-1))).add(value);
            }
        }
        if (name.equals(path + Point.GATED.tap)) {
            throw new Enough();
        }
    }

    Inputs at(Point point) {
        return Objects.requireNonNull(inputs.get(point), point::name);
    }

    @Override
    public void close() {
        inputs.values().forEach(Inputs::close);
    }

    /// Ends a pass whose rest nobody needs.
    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Enough() {
            super(null, null, false, false);
        }
    }
}
