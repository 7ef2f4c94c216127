package dev.mokha.language.finetune;

import dev.mokha.language.encoder.EncoderBatch;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Items side by side, packed without padding.
///
/// @param tokens the sequences of all items, in order
/// @param taught a teacher's outputs, `[rows, outputs]`; null without one
record ItemBatch(
        EncoderBatch tokens, List<Item> items, @Nullable Tensor taught) {
    static ItemBatch of(List<Item> items) {
        return of(items, List.of());
    }

    /// @param teacher for each item its rows of a teacher's outputs; empty without one
    static ItemBatch of(List<Item> items, List<Outputs> teacher) {
        var tokens = EncoderBatch.packed(
                items.stream().flatMap(item -> item.sequences().stream()).toList());
        if (teacher.isEmpty()) {
            return new ItemBatch(tokens, items, null);
        }
        List<double[]> rows = new ArrayList<>();
        teacher.forEach(outputs -> rows.addAll(Arrays.asList(outputs.rows())));
        int most = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
        float[] flat = new float[rows.size() * most];
        Arrays.fill(flat, (float) TaskHead.NO_CHOICE);
        for (int i = 0; i < rows.size(); i++) {
            for (int j = 0; j < rows.get(i).length; j++) {
                flat[i * most + j] = (float) rows.get(i)[j];
            }
        }
        return new ItemBatch(tokens, items, Tensors.of(flat, rows.size(), most));
    }

    /// {@return how many rows of outputs there are}
    int rows() {
        return items.stream().mapToInt(Item::rows).sum();
    }

    /// {@return the class of each row, 64-bit integers}
    Tensor targets() {
        long[] targets = items.stream()
                .flatMapToLong(item -> Arrays.stream(item.rowTargets()))
                .toArray();
        return Tensors.of(targets, targets.length);
    }

    /// {@return the number of each item, float32 `[items]`}
    Tensor values() {
        float[] values = new float[items.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) items.get(i).value();
        }
        return Tensors.of(values, values.length);
    }
}
