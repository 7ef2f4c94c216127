package dev.mokha.language.generate;

import java.util.Arrays;

/// Changes single logits of a row and remembers what they were, for the model's own log probabilities.
final class Edits {
    private LogitRow row = LogitRow.of(new float[1]);
    private int[] ids = new int[16];
    private float[] before = new float[16];
    private int count;

    void begin(LogitRow of) {
        row = of;
        count = 0;
    }

    int vocab() {
        return row.size();
    }

    float at(int id) {
        return row.at(id);
    }

    void set(int id, float value) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
            before = Arrays.copyOf(before, 2 * count);
        }
        ids[count] = id;
        before[count++] = row.at(id);
        row.set(id, value);
    }

    /// {@return the logit that a token came with}
    float original(int id) {
        for (int i = 0; i < count; i++) {
            if (ids[i] == id) {
                return before[i];
            }
        }
        return row.at(id);
    }

    /// Undoes everything since a number of edits.
    void undoTo(int edits) {
        while (count > edits) {
            count--;
            row.set(ids[count], before[count]);
        }
    }

    int count() {
        return count;
    }
}
