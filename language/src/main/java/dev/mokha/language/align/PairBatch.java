package dev.mokha.language.align;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pairs side by side.
///
/// @param rows the better conversations, then the worse ones
/// @param lengths how many tokens of each answer are scored
/// @param reference what the frozen model finds; null where it is not needed
record PairBatch(
        RowBatch rows,
        AnswerScores.Lengths lengths,
        @Nullable AnswerScores reference) {
    /// @param frozen null where no reference is needed
    static PairBatch of(List<EncodedPair> pairs, @Nullable FrozenScores frozen) {
        List<AnswerRow> rows = rows(pairs);
        return new PairBatch(
                RowBatch.of(rows),
                AnswerScores.Lengths.of(
                        pairs.stream().map(pair -> pair.chosen().scored()).toList(),
                        pairs.stream().map(pair -> pair.rejected().scored()).toList()),
                frozen == null ? null : halves(frozen.of(rows)));
    }

    /// {@return the better conversations, then the worse ones}
    static List<AnswerRow> rows(List<EncodedPair> pairs) {
        List<AnswerRow> rows = new ArrayList<>();
        pairs.forEach(pair -> rows.add(pair.chosen()));
        pairs.forEach(pair -> rows.add(pair.rejected()));
        return rows;
    }

    private static AnswerScores halves(double[] scores) {
        int pairs = scores.length / 2;
        return AnswerScores.of(Arrays.copyOf(scores, pairs), Arrays.copyOfRange(scores, pairs, scores.length));
    }

    int pairs() {
        return rows.rows() / 2;
    }

    /// {@return the log-likelihoods of the answers under a model}
    AnswerScores scores(Decoder model) {
        Tensor scores = rows.scores(model); // [2 · pairs]
        return new AnswerScores(scores.narrow(0, 0, pairs()), scores.narrow(0, pairs(), pairs()));
    }
}
