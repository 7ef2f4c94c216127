package dev.mokha.language.finetune;

import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What a model said of an item: its logits, a row each.
///
/// @param rows `[rows][outputs]`
@SuppressWarnings("ArrayRecordComponent") // numbers on their way to a report; equality is not asked for
record Outputs(double[][] rows) {
    private static final int TOKENS = 4096;

    /// Asks a model about all items, those of like length together.
    ///
    /// @return one for each item, in their order
    static List<Outputs> of(TaskHead head, List<Item> items) {
        int[] order = IntStream.range(0, items.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> items.get(i).length()))
                .mapToInt(Integer::intValue)
                .toArray();
        @Nullable Outputs[] found = new Outputs[order.length];
        for (int from = 0; from < order.length; ) {
            int to = from;
            for (int tokens = 0; to < order.length && (to == from || tokens < TOKENS); to++) {
                tokens += items.get(order[to]).length();
            }
            some(head, items, Arrays.copyOfRange(order, from, to), found);
            from = to;
        }
        return Arrays.stream(found).map(Objects::requireNonNull).toList();
    }

    private static void some(TaskHead head, List<Item> items, int[] which, @Nullable Outputs[] found) {
        try (var _ = Scope.open("outputs");
                var _ = Gradients.off()) {
            List<Item> chosen = Arrays.stream(which).mapToObj(items::get).toList();
            var batch = ItemBatch.of(chosen);
            if (batch.rows() == 0) {
                Arrays.stream(which).forEach(i -> found[i] = new Outputs(new double[0][]));
                return;
            }
            Tensor logits = head.logits(batch);
            double[] flat = logits.toDoubles();
            int outputs = (int) logits.size(1);
            int row = 0;
            for (int i : which) {
                Item item = items.get(i);
                int own = item.sequences().size() > 1 ? item.sequences().size() : outputs;
                double[][] rows = new double[item.rows()][];
                for (int r = 0; r < rows.length; r++, row++) {
                    rows[r] = Arrays.copyOfRange(flat, row * outputs, row * outputs + own);
                }
                found[i] = new Outputs(rows);
            }
        }
    }

    /// {@return the likeliest output of a row}
    int best(int row) {
        int best = 0;
        for (int i = 1; i < rows[row].length; i++) {
            best = rows[row][i] > rows[row][best] ? i : best;
        }
        return best;
    }

    /// {@return the probabilities of a row's outputs}
    List<Double> probs(int row) {
        double top = Arrays.stream(rows[row]).max().orElse(0);
        double[] powers = Arrays.stream(rows[row]).map(v -> Math.exp(v - top)).toArray();
        double sum = Arrays.stream(powers).sum();
        List<Double> probs = new ArrayList<>();
        for (double power : powers) {
            probs.add(power / sum);
        }
        return probs;
    }
}
