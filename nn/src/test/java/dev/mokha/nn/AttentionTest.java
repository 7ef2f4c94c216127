package dev.mokha.nn;

import static dev.mokha.nn.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AttentionTest {
    /// Float32 sums of some dozens of terms, in another order than the oracle's.
    private static final double TOLERANCE = 1e-5;

    @Property(tries = 60)
    void everyPathAgreesWithNestedLoops(
            @ForAll @IntRange(min = 1, max = 2) int batch,
            @ForAll @IntRange(min = 1, max = 2) int kvHeads,
            @ForAll @IntRange(min = 1, max = 3) int group,
            @ForAll @IntRange(min = 1, max = 9) int time,
            @ForAll @IntRange(min = 0, max = 4) int cached,
            @ForAll boolean causal,
            @ForAll @IntRange(min = 0, max = 5) int window,
            @ForAll boolean padded,
            @ForAll long seed) {
        int keys = time + cached;
        int dim = 4;
        try (var _ = Scope.open("test");
                var rng = new Rng(seed)) {
            Tensor q = rng.normal(0, 1, batch, (long) kvHeads * group, time, dim);
            Tensor k = rng.normal(0, 1, batch, kvHeads, keys, dim);
            Tensor v = rng.normal(0, 1, batch, kvHeads, keys, dim);
            AttentionMask mask = causal
                    ? AttentionMask.sliding(window)
                    : window == 0 ? AttentionMask.none() : AttentionMask.around(window - 1);
            boolean[] kept = new boolean[batch * keys];
            float[] drawn = rng.uniform(0, 1, (long) batch * keys).toFloats();
            for (int i = 0; i < kept.length; i++) {
                kept[i] = !padded || drawn[i] > 0.4;
            }
            if (padded) {
                mask = mask.and(Tensors.of(kept, batch, 1, 1, keys));
            }
            double[] expected = loops(q, k, v, causal, window, kept);
            assertClose(Attention.fused(q, k, v, mask, 0.5), expected, TOLERANCE);
            assertClose(Attention.eager(q, k, v, mask, 0.5, new Tap("probs")), expected, TOLERANCE);
            assertClose(Attention.blockwise(q, k, v, mask, 0.5, 2), expected, TOLERANCE);
            AttentionMask flat = mask.flattened(time, keys, Device.CPU);
            assertClose(Attention.fused(q, k, v, flat, 0.5), expected, TOLERANCE);
            assertClose(Attention.blockwise(q, k, v, flat, 0.5, 2), expected, TOLERANCE);
        }
    }

    /// The definition, in double. A position that sees nothing gets zeros.
    private static double[] loops(Tensor query, Tensor key, Tensor value, boolean causal, int window, boolean[] kept) {
        int batch = (int) query.size(0);
        int heads = (int) query.size(1);
        int time = (int) query.size(2);
        int dim = (int) query.size(3);
        int kvHeads = (int) key.size(1);
        int keys = (int) key.size(2);
        double[] q = query.toDoubles();
        double[] k = key.toDoubles();
        double[] v = value.toDoubles();
        double[] out = new double[q.length];
        for (int b = 0; b < batch; b++) {
            for (int h = 0; h < heads; h++) {
                int kv = h / (heads / kvHeads);
                for (int t = 0; t < time; t++) {
                    int position = keys - time + t;
                    double[] weight = new double[keys];
                    double total = 0;
                    for (int j = 0; j < keys; j++) {
                        boolean seen = kept[b * keys + j]
                                && (!causal || j <= position)
                                && (window == 0 || (j > position - window && j < position + window));
                        double score = 0;
                        for (int d = 0; d < dim; d++) {
                            score += q[((b * heads + h) * time + t) * dim + d]
                                    * k[((b * kvHeads + kv) * keys + j) * dim + d];
                        }
                        weight[j] = seen ? Math.exp(0.5 * score) : 0;
                        total += weight[j];
                    }
                    for (int d = 0; d < dim && total > 0; d++) {
                        for (int j = 0; j < keys; j++) {
                            out[((b * heads + h) * time + t) * dim + d] +=
                                    weight[j] / total * v[((b * kvHeads + kv) * keys + j) * dim + d];
                        }
                    }
                }
            }
        }
        return out;
    }

    @Test
    void aProbeSeesTheMapsAndMayReplaceThem() {
        try (var _ = Scope.open("test");
                var rng = new Rng(3)) {
            Tensor q = rng.normal(0, 1, 1, 2, 3, 4);
            Tensor k = rng.normal(0, 1, 1, 2, 3, 4);
            Tensor v = rng.normal(0, 1, 1, 2, 3, 4);
            var tap = new Tap("model.layers.0.self_attn.probs");
            Tensor plain = Attention.attend(q, k, v, AttentionMask.causalOnly(), 0.5, tap);
            List<Tensor> maps = new ArrayList<>();
            Tensor watched = Probe.reading(tap.name()::equals, (_, map) -> maps.add(map))
                    .during(() -> Attention.attend(q, k, v, AttentionMask.causalOnly(), 0.5, tap));
            assertClose(watched, plain, TOLERANCE);
            assertThat(maps).hasSize(1);
            assertThat(maps.getFirst().shape()).containsExactly(1, 2, 3, 3);
            assertClose(maps.getFirst().sum(-1, false), new double[] {1, 1, 1, 1, 1, 1}, TOLERANCE);
            Tensor identity = Tensors.of(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 1, 1, 3, 3)
                    .expand(1, 2, 3, 3);
            Tensor replaced = Probe.replacing(tap.name()::equals, (_, _) -> identity)
                    .during(() -> Attention.attend(q, k, v, AttentionMask.causalOnly(), 0.5, tap));
            assertClose(replaced, v, TOLERANCE);
        }
    }

    @Test
    void bfloat16OnTheProcessorTakesThePathThatIsNotSlowHere() {
        try (var _ = Scope.open("test")) {
            Tensor narrow = Tensors.zeros(DType.BFLOAT16, Device.CPU, 1, 1, 1, 2);
            assertThat(Attention.fusedIsBetter(narrow)).isFalse();
            assertThat(Attention.fusedIsBetter(narrow.to(DType.FLOAT32))).isTrue();
            try (var _ = Autocast.bfloat16(Device.CPU)) {
                assertThat(Attention.fusedIsBetter(narrow.to(DType.FLOAT32))).isFalse();
            }
        }
    }

    @Test
    void bfloat16StaysNearFloat32() {
        try (var _ = Scope.open("test");
                var rng = new Rng(5)) {
            Tensor q = rng.normal(0, 1, 2, 4, 150, 8);
            Tensor k = rng.normal(0, 1, 2, 2, 150, 8);
            Tensor v = rng.normal(0, 1, 2, 2, 150, 8);
            var tap = new Tap("probs");
            Tensor wide = Attention.attend(q, k, v, AttentionMask.causalOnly(), 0.3, tap);
            Tensor narrow = Attention.attend(
                    q.to(DType.BFLOAT16),
                    k.to(DType.BFLOAT16),
                    v.to(DType.BFLOAT16),
                    AttentionMask.causalOnly(),
                    0.3,
                    tap);
            assertThat(narrow.dtype()).isEqualTo(DType.BFLOAT16);
            assertClose(narrow, wide, 0.03); // bfloat16 has 8 bits: 2^-8 a rounding, a few of them
        }
    }

    @Test
    void aReachBelowZeroIsRefused() {
        assertThatThrownBy(() -> AttentionMask.around(-1)).hasMessageContaining("0 or more positions, not -1");
    }
}
