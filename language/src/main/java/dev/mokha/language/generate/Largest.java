package dev.mokha.language.generate;

import java.util.Arrays;

/// Finds the largest of many numbers, in falling order, of equal ones the first: a pass with a heap, no sort of
/// all. The scratch grows to what was asked for, not to the vocabulary's size.
final class Largest {
    /// Keys are smaller for larger numbers, and for smaller indices among equal ones. As a heap: the
    /// largest first.
    private long[] keys = {};

    private int count;

    /// {@return how many were found}
    int count() {
        return count;
    }

    /// {@return the index of the `i`-th}
    int index(int i) {
        return (int) keys[i];
    }

    /// {@return the indices of the first so many, rising}
    int[] indices(int first) {
        int[] indices = new int[first];
        Arrays.setAll(indices, this::index);
        Arrays.sort(indices);
        return indices;
    }

    private static long key(float value, int index) {
        int bits = Float.floatToRawIntBits(value + 0f);
        int rising = bits ^ ((bits >> 31) & Integer.MAX_VALUE); // as signed integers in the order of the floats
        return ((long) ~rising << 32) | index;
    }

    /// Finds the `wanted` largest above −∞.
    ///
    /// @return how many there are
    int find(LogitRow row, int wanted) {
        float[] values = row.values();
        int from = row.from();
        int size = row.size();
        if (wanted > size / 8) { // so many are sorted faster than heaped
            atLeast(row, Float.NEGATIVE_INFINITY, size);
            count = Math.min(count, wanted);
            return count;
        }
        room(wanted);
        count = 0;
        int i = 0;
        for (; i < size && count < wanted; i++) {
            if (values[from + i] > Float.NEGATIVE_INFINITY) {
                keys[count++] = key(values[from + i], i);
            }
        }
        if (count == wanted) {
            for (int at = wanted / 2 - 1; at >= 0; at--) {
                sink(at);
            }
            float least = values[from + (int) keys[0]];
            for (; i < size; i++) {
                if (values[from + i] > least) {
                    keys[0] = key(values[from + i], i);
                    sink(0);
                    least = values[from + (int) keys[0]];
                }
            }
        }
        Arrays.sort(keys, 0, count);
        return count;
    }

    /// Finds all that are at least `bound` and above −∞, unless they are more than `most`.
    ///
    /// @return whether they are no more
    boolean atLeast(LogitRow row, double bound, int most) {
        float[] values = row.values();
        int from = row.from();
        int size = row.size();
        count = 0;
        for (int i = 0; i < size; i++) {
            if (values[from + i] >= bound && values[from + i] > Float.NEGATIVE_INFINITY) {
                if (count == most) {
                    return false;
                }
                if (count == keys.length) {
                    keys = Arrays.copyOf(keys, Math.min(size, Math.max(64, 2 * count)));
                }
                keys[count++] = key(values[from + i], i);
            }
        }
        Arrays.sort(keys, 0, count);
        return true;
    }

    /// Takes these of a row instead.
    void among(LogitRow row, int[] ids) {
        room(ids.length);
        count = ids.length;
        for (int i = 0; i < count; i++) {
            keys[i] = key(row.at(ids[i]), ids[i]);
        }
        Arrays.sort(keys, 0, count);
    }

    private void room(int wanted) {
        if (keys.length < wanted) {
            keys = new long[wanted];
        }
    }

    private void sink(int top) {
        long key = keys[top];
        int at = top;
        while (2 * at + 1 < count) {
            int child = 2 * at + 1;
            if (child + 1 < count && keys[child + 1] > keys[child]) {
                child++;
            }
            if (keys[child] <= key) {
                break;
            }
            keys[at] = keys[child];
            at = child;
        }
        keys[at] = key;
    }
}
