package dev.mokha.language.tune;

import dev.mokha.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A row of a batch as people read it: what counts in the loss stands between `⟦` and `⟧`, and conversations
/// packed behind each other are parted by a line.
///
/// @param tokens how many there are, without what fills the row up
/// @param counted how many of them count
/// @param text all of them, decoded
public record ShownRow(int tokens, int counted, String text) {
    private static final String BETWEEN = "\n--- next conversation of the row, which does not see the one above ---\n";

    /// {@return the rows of a batch}
    /// @param pad fills rows up
    static List<ShownRow> of(ChatBatch batch, int pad, Tokenizer tokenizer) {
        int time = (int) batch.tokens().ids().size(1);
        long[] ids = batch.tokens().ids().toLongs();
        long[] labels = batch.labels().toLongs();
        var documents = batch.tokens().documents();
        long[] owners = documents == null ? new long[ids.length] : documents.toLongs();
        List<ShownRow> rows = new ArrayList<>();
        for (int from = 0; from < ids.length; from += time) {
            int end = from + time;
            while (end > from && (documents == null ? ids[end - 1] == pad : owners[end - 1] < 0)) {
                end--;
            }
            rows.add(row(new Cells(ids, labels, owners), from, end, tokenizer));
        }
        return rows;
    }

    @SuppressWarnings("ArrayRecordComponent") // three views of the same cells, read and dropped
    private record Cells(long[] ids, long[] labels, long[] owners) {
        boolean counts(int i) {
            return labels[i] != ChatBatch.IGNORED;
        }

        boolean alike(int i, int j) {
            return counts(i) == counts(j) && owners[i] == owners[j];
        }
    }

    private static ShownRow row(Cells cells, int from, int end, Tokenizer tokenizer) {
        var text = new StringBuilder();
        int counted = 0;
        for (int begin = from; begin < end; ) {
            int next = begin + 1;
            while (next < end && cells.alike(begin, next)) {
                next++;
            }
            if (begin > from && cells.owners[begin] != cells.owners[begin - 1]) {
                text.append(BETWEEN);
            }
            int[] run = new int[next - begin];
            for (int i = begin; i < next; i++) {
                run[i - begin] = (int) cells.ids[i];
            }
            String decoded = Objects.requireNonNull(tokenizer.decode(run, false));
            text.append(cells.counts(begin) ? "⟦" + decoded + "⟧" : decoded);
            counted += cells.counts(begin) ? run.length : 0;
            begin = next;
        }
        return new ShownRow(end - from, counted, text.toString());
    }
}
