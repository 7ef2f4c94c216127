package dev.mokha.language.align;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;
import java.util.List;

/// Conversations side by side.
///
/// @param tokens 64-bit integers `[rows, time]`, filled up on the right with the id 0, where a causal model
///     does not look
/// @param labels 64-bit integers `[rows, time]`: the ids of the last answers, -100 elsewhere
record RowBatch(TokenBatch tokens, Tensor labels) {
    static RowBatch of(List<AnswerRow> rows) {
        int time = rows.stream().mapToInt(row -> row.ids().length).max().orElseThrow();
        int[] ids = new int[rows.size() * time];
        int[] labels = new int[ids.length];
        Arrays.fill(labels, AnswerRow.IGNORED);
        for (int i = 0; i < rows.size(); i++) {
            AnswerRow row = rows.get(i);
            System.arraycopy(row.ids(), 0, ids, i * time, row.ids().length);
            System.arraycopy(row.labels(), 0, labels, i * time, row.labels().length);
        }
        return new RowBatch(TokenBatch.of(Tensors.of(ids, rows.size(), time)), Tensors.of(labels, rows.size(), time));
    }

    int rows() {
        return (int) labels.size(0);
    }

    /// {@return how many tokens of each answer are scored, `[rows]`}
    Tensor scored() {
        return labels.ge(0).sum(1, false);
    }

    /// {@return the log-likelihoods of the answers under a model, in double precision, `[rows]`}
    Tensor scores(Decoder model) {
        return model.losses(tokens, labels).to(DType.FLOAT64).sum(1, false).neg();
    }
}
