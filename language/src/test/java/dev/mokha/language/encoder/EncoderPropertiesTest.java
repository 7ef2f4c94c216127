package dev.mokha.language.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.nn.Loading;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Engine;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds for every encoder however its sequences are laid out: in a rectangle with padding, packed
/// without any, or one by one.
final class EncoderPropertiesTest {
    /// Sums are taken in another order; states are of size 3, gradients of size 10.
    private static final double ROUNDING = 3e-5;

    private static final int PAD = 1; // RoBERTa's; the others mask it by its place alone

    private static List<Sequence> sequences(EncoderConfig config) {
        var random = new Random(7);
        var sequences = new ArrayList<Sequence>();
        for (int length : new int[] {13, 5, 14, 1, 9, 5, 14, 2}) {
            int[] ids = random.ints(length, 5, config.vocabSize()).toArray();
            sequences.add(Sequence.pair(ids, config.typeVocabSize() > 1 ? (length + 1) / 2 : length));
        }
        return sequences;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bert/pretraining", "roberta/mlm", "distilbert/mlm", "modernbert/mlm", "modernbert-bias/mlm"})
    void packedEqualsPaddedEqualsOneByOne(String name) {
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var model = new GoldenEncoder(name).folder().featurizer(Loading.forUse(Device.CPU))) {
            List<Sequence> sequences = sequences(model.config());
            EncoderBatch packed = EncoderBatch.packed(sequences);
            EncoderBatch padded = EncoderBatch.padded(sequences, PAD);
            Tensor fromPacked = model.forward(packed);
            Tensor fromPadded = model.forward(padded);
            assertThat(packed.tokens()).isEqualTo(63);
            assertThat(padded.tokens()).isEqualTo(8 * 14);
            assertThat(fromPadded.isFinite().all()).as("padding stays finite").isTrue();
            for (int i = 0; i < sequences.size(); i++) {
                Tensor alone = model.forward(EncoderBatch.packed(List.of(sequences.get(i))));
                assertClose("packed " + i, packed.of(fromPacked, i), alone);
                assertClose("padded " + i, padded.of(fromPadded, i), alone);
                assertClose("packed mean " + i, packed.means(fromPacked).select(0, i), alone.mean(0, false));
                assertClose("padded mean " + i, padded.means(fromPadded).select(0, i), alone.mean(0, false));
                assertClose("packed first " + i, packed.firsts(fromPacked).select(0, i), alone.select(0, 0));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert/mlm", "modernbert/mlm"})
    void aClosedModelLeavesNothingBehind(String name) {
        long before = Engine.liveHandles();
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var model = new GoldenEncoder(name).folder().featurizer(Loading.forUse(Device.CPU))) {
            model.forward(EncoderBatch.packed(sequences(model.config())));
            assertThat(Engine.liveHandles()).isGreaterThan(before);
        }
        assertThat(Engine.liveHandles()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert/mlm", "roberta/mlm", "distilbert/mlm", "modernbert/mlm", "modernbert-bias/mlm"})
    void thePaddingsIdAndLengthNeverChangeAKeptPosition(String name) {
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var model = new GoldenEncoder(name).folder().featurizer(Loading.forUse(Device.CPU))) {
            List<Sequence> sequences = sequences(model.config());
            Tensor first = model.forward(EncoderBatch.padded(sequences, PAD));
            List<Sequence> fewer = List.of(sequences.get(1), sequences.get(4));
            for (int pad : model.config().modelType().equals("roberta") ? new int[] {PAD} : new int[] {0, 17}) {
                EncoderBatch narrow = EncoderBatch.padded(fewer, pad);
                Tensor second = model.forward(narrow);
                EncoderBatch all = EncoderBatch.padded(sequences, PAD);
                assertClose("sequence 1", narrow.of(second, 0), all.of(first, 1));
                assertClose("sequence 4", narrow.of(second, 1), all.of(first, 4));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert/mlm", "roberta/mlm", "distilbert/mlm", "modernbert/mlm", "modernbert-bias/mlm"})
    void packedAndPaddedBatchesHaveTheSameLossAndGradients(String name) {
        try (var _ = Scope.open();
                var model = new GoldenEncoder(name).folder().maskedLanguageModel(Loading.forTraining(Device.CPU))) {
            List<Sequence> sequences = sequences(model.config());
            List<int[]> labels = new ArrayList<>();
            for (Sequence sequence : sequences) {
                int[] row = sequence.ids();
                for (int i = 0; i < row.length; i++) {
                    row[i] = i % 3 == 1 ? (row[i] + 7) % model.config().vocabSize() : -100;
                }
                labels.add(row);
            }
            var packed = EncoderBatch.packed(sequences);
            var padded = EncoderBatch.padded(sequences, PAD);
            Tensor one = model.losses(packed, packed.pack(labels, -100), null).total();
            one.backward();
            Map<String, Tensor> parameters = model.params().trainable();
            var first = new LinkedHashMap<String, Tensor>();
            parameters.forEach((key, tensor) -> {
                Tensor gradient = Objects.requireNonNull(tensor.grad(), key);
                first.put(key, gradient.copy());
                gradient.copyInPlace(Tensors.zerosLike(gradient));
            });
            Tensor two = model.losses(padded, padded.pack(labels, -100), null).total();
            two.backward();
            assertClose("loss", two.detach(), one.detach());
            parameters.forEach((key, tensor) -> assertClose(
                    key, Objects.requireNonNull(tensor.grad(), key), Objects.requireNonNull(first.get(key))));
        }
    }

    private static void assertClose(String what, Tensor actual, Tensor expected) {
        assertThat(actual.count()).as(what).isEqualTo(expected.count());
        assertThat(actual.reshape(-1).sub(expected.reshape(-1)).abs().max().item())
                .as(what)
                .isLessThan(ROUNDING);
    }
}
