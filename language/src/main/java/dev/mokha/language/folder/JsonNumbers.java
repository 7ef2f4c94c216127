package dev.mokha.language.folder;

import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Numbers in nested lists under a key of a JSON object: an array of any rank.
///
/// @param name the key
/// @param shape sizes, outermost first
/// @param values in order
record JsonNumbers(String name, List<Long> shape, List<Double> values) {
    JsonNumbers {
        shape = List.copyOf(shape);
        values = List.copyOf(values);
    }

    static JsonNumbers required(JsonKeys keys, String key) {
        JsonNumbers numbers = optional(keys, key);
        if (numbers == null) {
            throw new IllegalArgumentException(keys.file() + " lacks " + key);
        }
        return numbers;
    }

    static @Nullable JsonNumbers optional(JsonKeys keys, String key) {
        Object value = keys.map().get(key);
        if (value == null) {
            return null;
        }
        var shape = new ArrayList<Long>();
        Object inner = value;
        while (inner instanceof List<?> list) {
            if (list.isEmpty() || shape.size() == 3) {
                throw wrong(key);
            }
            shape.add((long) list.size());
            inner = list.getFirst();
        }
        var values = new ArrayList<Double>();
        collect(key, value, shape, 0, values);
        return new JsonNumbers(key, shape, values);
    }

    private static void collect(String key, @Nullable Object value, List<Long> shape, int depth, List<Double> into) {
        if (depth == shape.size()) {
            if (!(value instanceof Number number)) {
                throw wrong(key);
            }
            into.add(number.doubleValue());
            return;
        }
        if (!(value instanceof List<?> list)) {
            throw wrong(key);
        }
        if (list.size() != shape.get(depth)) {
            throw new IllegalArgumentException(key + ": rows of " + shape.get(depth) + " and " + list.size()
                    + " numbers; pad the shorter and give an attention_mask");
        }
        for (Object element : list) {
            collect(key, element, shape, depth + 1, into);
        }
    }

    private static IllegalArgumentException wrong(String key) {
        return new IllegalArgumentException(key + " must be a list of numbers, or of such lists, none empty");
    }

    /// {@return the same with outer lists added where a single row was given without them}
    JsonNumbers atRank(int rank) {
        if (shape.size() == rank) {
            return this;
        }
        if (shape.size() != 1 || rank != 2) {
            throw new IllegalArgumentException(name + " is " + sizes() + "; it must have " + rank + " dimensions");
        }
        return new JsonNumbers(name, List.of(1L, shape.getFirst()), values);
    }

    JsonNumbers requireLike(JsonNumbers other) {
        if (!shape.equals(other.shape)) {
            throw new IllegalArgumentException(
                    name + " is " + sizes() + ", " + other.name + " " + other.sizes() + "; they must be alike");
        }
        return this;
    }

    /// One number for each row of `ids`.
    JsonNumbers requireRows(JsonNumbers ids) {
        return requireShape(ids.first());
    }

    JsonNumbers requireShape(long... wanted) {
        boolean same = shape.size() == wanted.length;
        for (int i = 0; same && i < wanted.length; i++) {
            same = shape.get(i) == wanted[i];
        }
        if (!same) {
            throw new IllegalArgumentException(name + " is " + sizes() + "; it must be "
                    + Arrays.stream(wanted).mapToObj(Long::toString).collect(Collectors.joining(" × ")));
        }
        return this;
    }

    JsonNumbers requireBelow(int bound) {
        for (double value : values) {
            if (!(value >= 0 && value < bound)) {
                throw new IllegalArgumentException(
                        name + " has " + text(value) + "; the model knows 0 to " + (bound - 1));
            }
        }
        return this;
    }

    /// As [#requireBelow]; -100 leaves one out.
    JsonNumbers requireLabels(int bound) {
        for (double value : values) {
            if (value != -100 && !(value >= 0 && value < bound)) {
                throw new IllegalArgumentException(name + " has " + text(value) + "; the model knows 0 to "
                        + (bound - 1) + ", and -100 counts for nothing");
            }
        }
        return this;
    }

    private static String text(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private String sizes() {
        return shape.stream().map(String::valueOf).collect(Collectors.joining(" × "));
    }

    long first() {
        return shape.getFirst();
    }

    long last() {
        return shape.getLast();
    }

    /// {@return 64-bit integers}
    /// @throws IllegalArgumentException when one is none
    Tensor whole() {
        long[] numbers = new long[values.size()];
        for (int i = 0; i < numbers.length; i++) {
            double value = values.get(i);
            if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(name + " must be integers, has " + value);
            }
            numbers[i] = (long) value;
        }
        return Tensors.of(numbers, sizesArray());
    }

    /// {@return float32 numbers}
    Tensor real() {
        float[] numbers = new float[values.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = values.get(i).floatValue();
        }
        return Tensors.of(numbers, sizesArray());
    }

    private long[] sizesArray() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }
}
