package dev.mokha.language.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.Toys;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.text.merge.MergedTokenizer;
import dev.mokha.text.merge.VocabularyMerge;
import dev.mokha.text.train.TrainingProgress;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyGrowthTest {
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String HEAD = "lm_head.weight";
    private static final int OLD = 259;

    private static final MergedTokenizer MERGED = VocabularyMerge.arabic(40)
            .extend(
                    Toys.bytes(),
                    LongStream.range(0, 20)
                            .mapToObj(seed -> Toys.arabic(seed, 30))
                            .toList(),
                    TrainingProgress.SILENT);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oldRowsAndAllOtherWeightsAreCopiedBitForBit(boolean tied) {
        try (Decoder base = Decoder.fresh(Toys.config().withTiedHead(tied), 3);
                Decoder grown = VocabularyGrowth.grow(base, MERGED, new NewRows.NoisyMean(), 5)) {
            assertThat(grown.config().vocabSize()).isEqualTo(320).isEqualTo(MERGED.rows());
            assertThat(grown.config().tieWordEmbeddings()).isEqualTo(tied);
            Map<String, Tensor> before = base.params().named();
            Map<String, Tensor> after = grown.params().named();
            assertThat(after.keySet()).isEqualTo(before.keySet());
            assertThat(after.containsKey(HEAD)).isEqualTo(!tied);
            try (var _ = Scope.open("test")) {
                after.forEach((name, weight) -> {
                    assertThat(weight.requiresGrad()).isTrue();
                    Tensor old = name.equals(EMBEDDING) || name.equals(HEAD) ? weight.narrow(0, 0, OLD) : weight;
                    assertThat(Toys.bits(old)).isEqualTo(Toys.bits(Toys.weight(base, name)));
                });
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void englishIsReadAsBefore(boolean tied) {
        try (Decoder base = Decoder.fresh(Toys.config().withTiedHead(tied), 3);
                Decoder grown = VocabularyGrowth.grow(base, MERGED, new NewRows.SubtokenMean(), 5);
                var _ = Scope.open("test");
                var _ = Gradients.off()) {
            String text = "The cat sat on 2 mats, \"far\" away.";
            int[] ids = Toys.bytes().encodeIds(text);
            assertThat(MERGED.tokenizer().encodeIds(text)).isEqualTo(ids);
            TokenBatch batch = TokenBatch.of(ids);
            assertThat(Toys.bits(grown.hidden(batch))).isEqualTo(Toys.bits(base.hidden(batch)));
            float[] before = base.forward(batch).toFloats();
            float[] after = grown.forward(batch).narrow(-1, 0, OLD).toFloats();
            // The head is a wider product now, which may add in another order.
            assertThat(after).containsExactly(before, org.assertj.core.data.Offset.offset(1e-6f));
        }
    }

    @Test
    void rowsThatRoundTheTableUpAreTheMeanOfAllOldOnes() {
        try (Decoder base = Decoder.fresh(Toys.config(), 3);
                Decoder grown = VocabularyGrowth.grow(base, MERGED, new NewRows.SubtokenMean(), 5);
                var _ = Scope.open("test")) {
            assertThat(MERGED.paddingRows()).isEqualTo(320 - OLD - 40);
            for (String name : List.of(EMBEDDING, HEAD)) {
                float[] mean = Toys.weight(base, name).mean(0, false).toFloats();
                float[] last = Toys.weight(grown, name).select(0, 319).toFloats();
                assertThat(last).containsExactly(mean, org.assertj.core.data.Offset.offset(1e-6f));
            }
        }
    }

    @Test
    void spareRowsOfTheBaseAreTakenFirstAndTheTableNeverShrinks() {
        DecoderConfig spare = Toys.config().withVocabSize(512);
        try (Decoder base = Decoder.fresh(spare, 3);
                Decoder grown = VocabularyGrowth.grow(base, MERGED, new NewRows.SubtokenMean(), 5);
                var _ = Scope.open("test")) {
            assertThat(grown.config().vocabSize()).isEqualTo(512);
            int[] ids = MERGED.added().getFirst().baseIds().stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            Tensor table = Toys.weight(base, EMBEDDING);
            float[] row = Toys.weight(grown, EMBEDDING).select(0, OLD).toFloats();
            float[] mean = new float[row.length];
            for (int id : ids) {
                float[] part = table.select(0, id).toFloats();
                for (int i = 0; i < mean.length; i++) {
                    mean[i] += part[i] / ids.length;
                }
            }
            assertThat(row).containsExactly(mean, org.assertj.core.data.Offset.offset(1e-6f));
        }
    }

    @Test
    void aModelWithFewerRowsThanItsTokenizerIsRefused() {
        try (Decoder small = Decoder.fresh(Toys.config().withVocabSize(200), 3)) {
            assertThatThrownBy(() -> VocabularyGrowth.grow(small, MERGED, new NewRows.Random(), 0))
                    .hasMessageContaining("259")
                    .hasMessageContaining("200");
        }
    }
}
