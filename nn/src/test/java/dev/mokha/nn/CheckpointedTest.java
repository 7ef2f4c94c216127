package dev.mokha.nn;

import static dev.mokha.nn.Golden.assertClose;
import static dev.mokha.nn.Golden.grad;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class CheckpointedTest {
    /// Equal operations in equal order, but for the sums of gradients.
    private static final double TOLERANCE = 1e-6;

    private static final int LAYERS = 3;

    /// An embedding, three residual blocks with dropout, and a head that shares nothing.
    private static final class Stack implements AutoCloseable {
        final Params params = Params.fresh(3).with(Init.normal(0.3));
        final Embedding table = params.embedding("table", 11, 8);
        final List<UnaryOperator<Tensor>> blocks = new ArrayList<>();
        final Projection out = params.linear("out", 8, 11, Bias.WITH);

        Stack() {
            for (int i = 0; i < LAYERS; i++) {
                Projection up = params.at("blocks").at(i).linear("up", 8, 16, Bias.WITH);
                Projection down = params.at("blocks").at(i).linear("down", 16, 8, Bias.WITH);
                Dropout dropout = params.dropout(0.3);
                blocks.add(x -> x.add(down.forward(dropout.forward(up.forward(x).tanh()))));
            }
        }

        Tensor plain(Tensor ids) {
            Tensor x = table.forward(ids);
            for (var block : blocks) {
                x = block.apply(x);
            }
            return Loss.crossEntropy(out.forward(x), ids);
        }

        Tensor checkpointed(Tensor ids) {
            return Checkpointed.loss(table.forward(ids), blocks, x -> Loss.crossEntropy(out.forward(x), ids), params);
        }

        Map<String, double[]> gradients() {
            var all = new LinkedHashMap<String, double[]>();
            params.named().forEach((name, tensor) -> all.put(name, grad(tensor).toDoubles()));
            params.named().values().forEach(Tensor::clearGrad);
            return all;
        }

        @Override
        public void close() {
            params.close();
        }
    }

    private static void assertEqual(Map<String, double[]> found, Map<String, double[]> expected, double tolerance) {
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> {
            double[] actual = Objects.requireNonNull(found.get(name));
            assertClose(Tensors.of(actual, actual.length), values, tolerance);
        });
    }

    @Test
    void valueAndGradientsEqualThePlainOnesDropoutIncluded() {
        try (var stack = new Stack();
                var _ = Scope.open("test")) {
            Tensor ids = Tensors.of(new long[] {1, 5, 7, 7, 0, 10}, 2, 3);
            byte[] stream = stack.params.rng().state();
            Tensor plain = stack.plain(ids);
            plain.backward();
            byte[] after = stack.params.rng().state();
            var expected = stack.gradients();

            stack.params.rng().restore(stream);
            Tensor loss = stack.checkpointed(ids);
            assertThat(loss.item()).isEqualTo(plain.item());
            assertThat(stack.params.rng().state()).isEqualTo(after);
            loss.backward();
            var found = stack.gradients();
            assertEqual(found, expected, TOLERANCE);
        }
    }

    @Test
    void gradientsAddToThoseThatWereThereAndScaleWithTheLoss() {
        try (var stack = new Stack();
                var _ = Scope.open("test")) {
            stack.params.mode(Mode.EVAL);
            Tensor ids = Tensors.of(new long[] {1, 5, 7, 7, 0, 10}, 2, 3);
            stack.plain(ids).backward();
            var once = stack.gradients();
            stack.plain(ids).backward();
            stack.checkpointed(ids).mul(0.5).backward();
            var found = stack.gradients();
            once.replaceAll(
                    (_, values) -> Arrays.stream(values).map(v -> 1.5 * v).toArray());
            assertEqual(found, once, TOLERANCE);
        }
    }

    @Test
    void underAutocastEveryWeightStillGetsItsGradient() {
        try (var stack = new Stack();
                var _ = Scope.open("test")) {
            stack.params.mode(Mode.EVAL);
            Tensor ids = Tensors.of(new long[] {1, 5, 7, 7, 0, 10}, 2, 3);
            Tensor plain;
            try (var _ = Autocast.bfloat16(Device.CPU)) {
                plain = stack.plain(ids);
            }
            plain.backward();
            var expected = stack.gradients();
            Tensor loss;
            try (var _ = Autocast.bfloat16(Device.CPU)) {
                loss = stack.checkpointed(ids);
            }
            loss.backward();
            var found = stack.gradients();
            assertEqual(found, expected, 0.01);
        }
    }

    @Test
    void aBoundProbeSeesEachBlockOnce() {
        try (var params = Params.fresh(1);
                var _ = Scope.open("test")) {
            Tap tap = params.tap("point");
            Tensor w = params.tensor("w", Init.ones(), 2);
            List<UnaryOperator<Tensor>> blocks = List.of(x -> tap.pass(x.mul(w)));
            var seen = new ArrayList<String>();
            Tensor loss = Probe.reading(_ -> true, (name, _) -> seen.add(name))
                    .during(() -> Checkpointed.loss(Tensors.ones(2), blocks, Tensor::sum, params));
            loss.backward();
            assertThat(seen).containsExactly("point");
            assertThat(grad(w).toFloats()).containsExactly(1, 1);
        }
    }

    @Test
    void whatABlockComputesInsideIsNotKept() {
        try (var params = Params.fresh(1);
                var _ = Scope.open("test");
                var rng = new Rng(1)) {
            Tensor w = params.tensor("w", Init.ones(), 1);
            var recorded = new ArrayList<Boolean>();
            var inside = new ArrayList<Tensor>();
            List<UnaryOperator<Tensor>> blocks = new ArrayList<>();
            for (int i = 0; i < LAYERS; i++) {
                blocks.add(x -> {
                    Tensor y = x.mul(w).sin();
                    recorded.add(y.requiresGrad());
                    inside.add(y);
                    return y.sin();
                });
            }
            Checkpointed.loss(
                    rng.normal(0, 1, 2, 3),
                    blocks,
                    hidden -> {
                        // Nothing was recorded, so nothing inside is held for a backward pass; nor by a scope.
                        assertThat(recorded).containsExactly(false, false, false);
                        assertThat(inside).allMatch(Tensor::isClosed);
                        return hidden.mean();
                    },
                    params);
            assertThat(recorded).containsExactly(false, false, false, true, true, true);
            assertThat(inside).allMatch(Tensor::isClosed);
        }
    }
}
