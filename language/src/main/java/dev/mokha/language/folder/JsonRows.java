package dev.mokha.language.folder;

import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows of integers under a key of a JSON object, all of one length; a single row may stand without the outer list.
///
/// @param name the key
/// @param rows `[batch][time]`
@SuppressWarnings("ArrayRecordComponent") // numbers on their way to a tensor; equality is not asked for
record JsonRows(String name, long[][] rows) {
    static JsonRows required(JsonKeys keys, String key) {
        @Nullable Object value = keys.map().get(key);
        if (value == null) {
            throw new IllegalArgumentException(keys.file() + " lacks " + key);
        }
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            throw wrong(key);
        }
        List<?> rows = list.getFirst() instanceof List<?> ? list : List.of(list);
        var parsed = new ArrayList<long[]>();
        for (Object row : rows) {
            parsed.add(row(key, row));
            if (parsed.getLast().length != parsed.getFirst().length) {
                throw new IllegalArgumentException(key + ": rows of " + parsed.getFirst().length + " and "
                        + parsed.getLast().length + " ids; pad the shorter and give an attention_mask");
            }
        }
        return new JsonRows(key, parsed.toArray(long[][]::new));
    }

    static @Nullable JsonRows optional(JsonKeys keys, String key, JsonRows ids) {
        if (!keys.has(key)) {
            return null;
        }
        JsonRows rows = required(keys, key);
        if (rows.rows.length != ids.rows.length || rows.rows[0].length != ids.rows[0].length) {
            throw new IllegalArgumentException(key + " is " + rows.rows.length + " × " + rows.rows[0].length + ", "
                    + ids.name + " " + ids.rows.length + " × " + ids.rows[0].length);
        }
        return rows;
    }

    private static long[] row(String key, Object value) {
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            throw wrong(key);
        }
        long[] row = new long[list.size()];
        for (int i = 0; i < row.length; i++) {
            if (!(list.get(i) instanceof Integer integer)) {
                throw wrong(key);
            }
            row[i] = integer;
        }
        return row;
    }

    private static IllegalArgumentException wrong(String key) {
        return new IllegalArgumentException(key + " must be a list of rows of integers, none empty");
    }

    void requireIds(int bound) {
        for (long[] row : rows) {
            for (long id : row) {
                if (id < 0 || id >= bound) {
                    throw new IllegalArgumentException(name + " has " + id + "; the model knows 0 to " + (bound - 1));
                }
            }
        }
    }

    /// As [#requireIds]; -100 leaves a position out.
    void requireLabels(int bound) {
        for (long[] row : rows) {
            for (long id : row) {
                if (id != -100 && (id < 0 || id >= bound)) {
                    throw new IllegalArgumentException(name + " has " + id + "; the model knows 0 to " + (bound - 1)
                            + ", and -100 counts for nothing");
                }
            }
        }
    }

    boolean isZero() {
        return Arrays.stream(rows).flatMapToLong(Arrays::stream).allMatch(value -> value == 0);
    }

    /// {@return 64-bit integers `[batch, time]`}
    Tensor tensor() {
        return Tensors.of(Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray(), rows.length, rows[0].length);
    }
}
