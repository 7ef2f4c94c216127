package dev.mokha.language.align;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.nn.Mode;
import dev.mokha.nn.fit.Fit;
import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The log-likelihoods that the frozen model finds in rows.
interface FrozenScores {
    /// {@return one for each row}
    double[] of(List<AnswerRow> rows);

    /// What `reference` says of some rows.
    ///
    /// @param given the model before its first step
    /// @param batches all rows that will be asked for, as they are read together
    /// @param precision that of the model they are compared with, so that rounding is the same on both sides
    static FrozenScores of(Reference reference, Decoder given, List<List<AnswerRow>> batches, Fit.Precision precision) {
        return switch (reference) {
            case Reference.Cached _ -> cached(rows -> read(given, rows, precision), batches);
            case Reference.Live(Decoder model) -> rows -> read(model, rows, precision);
        };
    }

    private static FrozenScores cached(FrozenScores model, List<List<AnswerRow>> batches) {
        Map<AnswerRow, Double> known = new HashMap<>();
        for (List<AnswerRow> rows : batches) {
            double[] scores = model.of(rows);
            for (int i = 0; i < scores.length; i++) {
                known.put(rows.get(i), scores[i]);
            }
        }
        return rows -> rows.stream()
                .mapToDouble(row -> Objects.requireNonNull(known.get(row), "a row that the reference has read"))
                .toArray();
    }

    private static double[] read(Decoder model, List<AnswerRow> rows, Fit.Precision precision) {
        Mode before = model.params().mode();
        model.params().mode(Mode.EVAL);
        try (var _ = Scope.open("reference");
                var _ = model.params().adapters().off();
                var _ = Gradients.off()) {
            RowBatch batch = RowBatch.of(rows);
            return switch (precision) {
                case FLOAT32 -> batch.scores(model).toDoubles();
                case BFLOAT16 -> {
                    try (var _ = Autocast.bfloat16(model.params().device())) {
                        yield batch.scores(model).toDoubles();
                    }
                }
            };
        } finally {
            model.params().mode(before);
        }
    }
}
