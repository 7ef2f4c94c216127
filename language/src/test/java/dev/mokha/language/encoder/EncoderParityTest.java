package dev.mokha.language.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.language.folder.EncoderCall;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Every family and head against transformers: the same numbers from the same folder.
final class EncoderParityTest {
    static final List<String> CASES = GoldenEncoder.CASES;

    @ParameterizedTest
    @FieldSource("CASES")
    void everyOutputAgrees(String name) {
        var golden = new GoldenEncoder(name);
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var model = golden.folder().model(Loading.forUse(Device.CPU))) {
            Map<String, Tensor> expected = golden.expected();
            Map<String, Tensor> outputs = EncoderCall.of(expected).run(model, true);
            long[] real = at(expected, "attention_mask").toLongs();
            int compared = 0;
            for (var entry : expected.entrySet()) {
                String key = entry.getKey();
                if (GoldenEncoder.isOutput(key)) {
                    Tensor actual = at(outputs, key);
                    GoldenEncoder.assertClose(key, actual, entry.getValue(), rows(key, actual, real));
                    compared++;
                }
            }
            assertThat(compared).as("outputs in the fixture").isGreaterThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @FieldSource("CASES")
    void everyGradientAgrees(String name) {
        var golden = new GoldenEncoder(name);
        try (var _ = Scope.open();
                var model = golden.folder().model(Loading.forTraining(Device.CPU))) {
            Map<String, Tensor> expected = golden.expected();
            at(EncoderCall.of(expected).run(model, false), "loss").backward();
            model.params().named().forEach((parameter, tensor) -> {
                @Nullable Tensor wanted = expected.remove("grad." + parameter);
                if (wanted == null) {
                    assertThat(tensor.grad())
                            .as("transformers has no gradient for %s", parameter)
                            .isNull();
                } else {
                    Tensor gradient = Objects.requireNonNull(tensor.grad(), parameter);
                    GoldenEncoder.assertClose(parameter, gradient, wanted, null);
                }
            });
            assertThat(expected.keySet())
                    .as("gradients of parameters that we lack")
                    .noneMatch(key -> key.startsWith("grad."));
        }
    }

    @Test
    void sparsePredictionIsTheLabelledPositionsAlone() {
        var golden = new GoldenEncoder("modernbert/mlm");
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var model = golden.folder().maskedLanguageModel(Loading.forUse(Device.CPU))) {
            Map<String, Tensor> expected = golden.expected();
            Tensor all = model.logits(EncoderBatch.of(
                    at(expected, "input_ids"), at(expected, "attention_mask"), null)); // [tokens, vocab]
            Tensor labels = at(expected, "labels").reshape(-1);
            Tensor rows = Tensors.range(0, labels.size(0), Device.CPU).maskedSelect(labels.ge(0));
            GoldenEncoder.assertClose("logits", all.indexSelect(0, rows), at(expected, "sparse.logits"), null);
        }
    }

    /// What is given a token at a time counts at real tokens only; maps count for real queries.
    private static long @Nullable [] rows(String key, Tensor value, long[] real) {
        if (key.startsWith("attentions.")) {
            int heads = (int) value.size(1);
            int time = (int) value.size(2);
            long[] queries = new long[real.length * heads];
            for (int i = 0; i < queries.length; i++) {
                queries[i] = real[i / (heads * time) * time + i % time];
            }
            return queries;
        }
        boolean perToken = value.rank() > 1 && value.size(0) * value.size(1) == real.length;
        return perToken ? real : null;
    }

    private static Tensor at(Map<String, Tensor> tensors, String key) {
        return Objects.requireNonNull(tensors.get(key), key);
    }
}
