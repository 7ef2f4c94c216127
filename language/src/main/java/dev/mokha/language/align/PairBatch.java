package dev.mokha.language.align;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pairs side by side: the better conversations, then the worse ones.
///
/// @param tokens 64-bit integers `[2 · pairs, time]`, filled up on the right, where a causal model
///     does not look
/// @param labels 64-bit integers `[2 · pairs, time]`: the ids of the last answers, -100 elsewhere
/// @param lengths how many tokens of each answer are scored
/// @param reference what the frozen model finds; null where it is not needed
record PairBatch(
        TokenBatch tokens,
        Tensor labels,
        AnswerScores.Lengths lengths,
        @Nullable AnswerScores reference) {
    /// Makes a batch of pairs, whose rows are filled up with the id 0.
    static PairBatch of(List<EncodedPair> pairs, @Nullable AnswerScores reference) {
        List<EncodedPair.Row> rows = new ArrayList<>();
        pairs.forEach(pair -> rows.add(pair.chosen()));
        pairs.forEach(pair -> rows.add(pair.rejected()));
        int time = pairs.stream().mapToInt(EncodedPair::longest).max().orElseThrow();
        int[] ids = new int[rows.size() * time];
        int[] labels = new int[ids.length];
        Arrays.fill(labels, EncodedPair.IGNORED);
        for (int i = 0; i < rows.size(); i++) {
            EncodedPair.Row row = rows.get(i);
            System.arraycopy(row.ids(), 0, ids, i * time, row.ids().length);
            System.arraycopy(row.labels(), 0, labels, i * time, row.labels().length);
        }
        return new PairBatch(
                TokenBatch.of(Tensors.of(ids, rows.size(), time)),
                Tensors.of(labels, rows.size(), time),
                AnswerScores.Lengths.of(
                        pairs.stream().map(pair -> pair.chosen().scored()).toList(),
                        pairs.stream().map(pair -> pair.rejected().scored()).toList()),
                reference);
    }

    int pairs() {
        return (int) (labels.size(0) / 2);
    }

    /// {@return the log-likelihoods of the answers under a model, in double precision}
    AnswerScores scores(Decoder model) {
        Tensor sums =
                model.losses(tokens, labels).to(DType.FLOAT64).sum(1, false).neg(); // [2 · pairs]
        return new AnswerScores(sums.narrow(0, 0, pairs()), sums.narrow(0, pairs(), pairs()));
    }
}
