package dev.mokha.language.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.nn.Loading;
import dev.mokha.nn.Probe;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Every family against transformers: the same numbers from the same folder.
final class DecoderParityTest {
    static final List<String> FAMILIES = Golden.NAMES;

    @ParameterizedTest
    @FieldSource("FAMILIES")
    void logitsAndHiddenStatesAgree(String family) {
        var golden = new Golden(family);
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var model = golden.forUse()) {
            Map<String, Tensor> expected = golden.expected();
            var seen = new LinkedHashMap<String, Tensor>();
            Tensor logits = Probe.reading(name -> name.endsWith(".output"), seen::put)
                    .during(() -> model.forward(batch(expected)));
            long[] real = at(expected, "attention_mask").toLongs();
            close("embedding", seen, "model.embed_tokens.output", expected, "hidden.embed", real);
            for (int layer = 0; layer < model.config().numHiddenLayers(); layer++) {
                close(
                        "layer " + layer,
                        seen,
                        "model.layers." + layer + ".output",
                        expected,
                        "hidden.layer." + layer,
                        real);
            }
            close("norm", seen, "model.norm.output", expected, "hidden.norm", real);
            Golden.assertClose("logits", logits, at(expected, "logits"), real);
        }
    }

    @ParameterizedTest
    @FieldSource("FAMILIES")
    void aPlainRowAgreesFromEitherSpellingOfTheConfiguration(String family) {
        var golden = new Golden(family);
        for (String file : List.of("config.json", "config-published.json")) {
            try (var _ = Scope.open();
                    var _ = Gradients.off();
                    var model = golden.decoder(file, Loading.forUse(Device.CPU))) {
                Map<String, Tensor> expected = golden.expected();
                Tensor logits = model.forward(TokenBatch.of(at(expected, "plain.input_ids")));
                Golden.assertClose(file, logits, at(expected, "plain.logits"), null);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("FAMILIES")
    void lossAndEveryGradientAgree(String family) {
        var golden = new Golden(family);
        try (var _ = Scope.open();
                var model = golden.decoder("config.json", Loading.forTraining(Device.CPU))) {
            Map<String, Tensor> expected = golden.expected();
            Tensor loss = model.loss(batch(expected), at(expected, "labels"));
            Golden.assertClose("loss", loss.reshape(1), at(expected, "loss"), null);
            loss.backward();
            model.params().named().forEach((name, parameter) -> {
                Tensor gradient = Objects.requireNonNull(parameter.grad(), name);
                Golden.assertClose(name, gradient, at(expected, "grad." + name), null);
            });
        }
    }

    @ParameterizedTest
    @FieldSource("FAMILIES")
    void greedyContinuationAgrees(String family) {
        var golden = new Golden(family);
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var model = golden.forUse()) {
            Map<String, Tensor> expected = golden.expected();
            long[] wanted = at(expected, "generate.ids").toLongs();
            long[] ids = new long[wanted.length];
            try (var cache = model.cache(1, 4)) {
                Tensor next = model.next(TokenBatch.of(at(expected, "generate.prompt")), cache);
                for (int i = 0; i < ids.length; i++) {
                    ids[i] = next.argmax(-1).itemLong();
                    next = model.next(TokenBatch.of(Tensors.of(new long[] {ids[i]}, 1, 1)), cache);
                }
            }
            assertThat(ids).isEqualTo(wanted);
        }
    }

    @Test
    void theLossOfEachTokenHasTheMeanThatTrainingSees() {
        var golden = new Golden("llama2-gqa");
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var model = golden.forUse()) {
            Map<String, Tensor> expected = golden.expected();
            Tensor labels = at(expected, "labels");
            Tensor each = model.losses(batch(expected), labels);
            double counted = labels.narrow(1, 1, 23).ge(0).sum().item();
            assertThat(each.sum().item() / counted)
                    .isCloseTo(at(expected, "loss").item(), org.assertj.core.api.Assertions.within(Golden.TOLERANCE));
        }
    }

    private static TokenBatch batch(Map<String, Tensor> expected) {
        return TokenBatch.of(at(expected, "input_ids")).masked(at(expected, "attention_mask"));
    }

    private static void close(
            String what, Map<String, Tensor> seen, String name, Map<String, Tensor> expected, String key, long[] real) {
        Golden.assertClose(what, at(seen, name), at(expected, key), real);
    }

    private static Tensor at(Map<String, Tensor> tensors, String key) {
        return Objects.requireNonNull(tensors.get(key), key);
    }
}
