package dev.mokha.language.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.nn.Params;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EncoderBatchTest {
    /// Float32 sums in another order.
    private static final float TOLERANCE = 2e-6f;

    private static final List<Sequence> RAGGED = List.of(
            Sequence.of(2, 11, 12, 13, 3),
            Sequence.pair(new int[] {2, 9, 3, 8, 7, 6, 3}, 3),
            Sequence.of(2, 3),
            Sequence.pair(new int[] {2, 14, 3, 15, 3}, 3));

    @Test
    void packedPaddedAndOneByOneAgree() {
        for (BertFamily family : BertFamily.values()) {
            try (var _ = Scope.open("test");
                    var _ = Gradients.off();
                    var model = new MaskedLanguageModel(
                            BertConfig.tiny(20).in(family),
                            Params.fresh(1),
                            MaskedLanguageModel.Heads.MASKED_LANGUAGE)) {
                EncoderBatch packed = EncoderBatch.packed(RAGGED);
                EncoderBatch padded = EncoderBatch.padded(RAGGED, 0);
                Tensor fromPacked = model.logits(packed);
                Tensor fromPadded = model.logits(padded);
                assertThat(packed.tokens()).isEqualTo(19);
                assertThat(padded.tokens()).isEqualTo(28);
                for (int i = 0; i < RAGGED.size(); i++) {
                    float[] alone = model.logits(EncoderBatch.packed(List.of(RAGGED.get(i))))
                            .toFloats();
                    assertThat(packed.of(fromPacked, i).toFloats()).containsExactly(alone, within(TOLERANCE));
                    assertThat(padded.of(fromPadded, i).toFloats()).containsExactly(alone, within(TOLERANCE));
                }
            }
        }
    }

    @Test
    void gradientsOfPackedAndPaddedAgree() {
        try (var _ = Scope.open("test");
                var model = new SequenceClassifier(
                        BertConfig.tiny(20), Labels.numbered(3, Problem.SINGLE_LABEL), Params.fresh(1))) {
            Tensor targets = Tensors.of(new long[] {0, 2, 1, 1}, 4);
            model.loss(EncoderBatch.packed(RAGGED), targets).backward();
            var packed = model.params().named().values().stream()
                    .map(p -> Objects.requireNonNull(p.grad()).toFloats())
                    .toList();
            model.params().named().values().forEach(Tensor::clearGrad);
            model.loss(EncoderBatch.padded(RAGGED, 0), targets).backward();
            var padded = model.params().named().values().stream()
                    .map(p -> Objects.requireNonNull(p.grad()).toFloats())
                    .toList();
            for (int i = 0; i < packed.size(); i++) {
                assertThat(packed.get(i)).containsExactly(padded.get(i), within(TOLERANCE));
            }
        }
    }

    @Test
    void valuesGivenASequenceAtATimeLieWhereItsTokensLie() {
        try (var _ = Scope.open("test")) {
            EncoderBatch batch = EncoderBatch.packed(RAGGED);
            Tensor ids = batch.pack(RAGGED.stream().map(Sequence::ids).toList(), -100);
            assertThat(ids.toLongs()).isEqualTo(batch.ids().toLongs());
            assertThat(batch.firsts(ids).toLongs()).containsOnly(2);
            assertThat(batch.of(ids, 1).toLongs()).containsExactly(2, 9, 3, 8, 7, 6, 3);
            assertThat(batch.of(batch.owners(), 3).toLongs()).containsOnly(3);
            assertThat(batch.runs().stream().map(EncoderBatch.Run::length).toList())
                    .containsExactly(2, 5, 7);
            assertThatThrownBy(() -> batch.pack(List.of(), 0)).hasMessageContaining("0 sequences for a batch of 4");
        }
    }

    @Test
    void aSequenceLongerThanTheModelHasPositionsForIsRefused() {
        try (var _ = Scope.open("test");
                var model = new Featurizer(BertConfig.tiny(20), Params.fresh(1))) {
            var batch = EncoderBatch.packed(List.of(Sequence.of(new int[65])));
            assertThatThrownBy(() -> model.forward(batch))
                    .hasMessageContaining("65 tokens")
                    .hasMessageContaining("positions for 64");
        }
    }

    @Test
    void positionsNeverTrainedBeginAsCopiesOfThoseThatWere() {
        for (BertFamily family : List.of(BertFamily.BERT, BertFamily.ROBERTA)) {
            try (var _ = Scope.open("test");
                    var model = new Featurizer(BertConfig.tiny(20).in(family), Params.fresh(1))) {
                Tensor table = model.params().get(family.prefix() + ".embeddings.position_embeddings.weight");
                int first =
                        family == BertFamily.ROBERTA ? 1 : 0; // pad_token_id is 0, and positions count from behind it
                double[] before = table.toDoubles();
                ((Bert) model.encoder()).tilePositions(25);
                double[] after = table.toDoubles();
                int hidden = 32;
                for (int position = 0; position < 64 - first; position++) {
                    int from = (first + (position < 25 ? position : position % 25)) * hidden;
                    int at = (first + position) * hidden;
                    assertThat(Arrays.copyOfRange(after, at, at + hidden))
                            .containsExactly(Arrays.copyOfRange(before, from, from + hidden));
                }
            }
        }
    }
}
