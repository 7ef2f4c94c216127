package dev.mokha.knowledge.store;

import java.util.Arrays;

/// Names and their numbers in few bytes: each name's UTF-8 one behind the other, found by a hash table of
/// places (open addressing). A name takes its bytes and some 20 more, a fifth of what a `HashMap` of
/// strings takes.
final class PackedNames {
    private static final int NONE = -1;

    private final long most;
    private byte[] text = new byte[1 << 12];
    private int[] ends = new int[1 << 8];
    private int[] numbers = new int[1 << 8];
    private int[] slots = new int[1 << 9]; // the name's place, counted from 1; 0 where there is none
    private int size;

    /// @param most so many bytes it takes at most, about
    PackedNames(long most) {
        this.most = most;
    }

    /// {@return the number of this name, or -1}
    int find(byte[] name) {
        int place = slots[slot(name)] - 1;
        return place < 0 ? NONE : numbers[place];
    }

    /// Takes a name that it does not have; {@return whether there was room}
    boolean add(byte[] name, int number) {
        int start = start(size);
        if (bytes() + 2L * name.length > most || start > Integer.MAX_VALUE / 2 - name.length) {
            return false;
        }
        if (2 * (size + 1) > slots.length) {
            grow();
        }
        if (start + name.length > text.length) {
            text = Arrays.copyOf(text, Math.max(2 * text.length, start + name.length));
        }
        System.arraycopy(name, 0, text, start, name.length);
        slots[slot(name)] = size + 1;
        ends[size] = start + name.length;
        numbers[size++] = number;
        return true;
    }

    private long bytes() {
        return text.length + 16L * slots.length;
    }

    private int start(int place) {
        return place == 0 ? 0 : ends[place - 1];
    }

    /// Where the name is, or else where it would be.
    private int slot(byte[] name) {
        int slot = first(Arrays.hashCode(name));
        while (slots[slot] > 0) {
            int place = slots[slot] - 1;
            if (Arrays.equals(text, start(place), ends[place], name, 0, name.length)) {
                return slot;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private int first(int hash) {
        return (hash * 0x9e3779b9) >>> Integer.numberOfLeadingZeros(slots.length - 1);
    }

    private void grow() {
        slots = new int[2 * slots.length];
        ends = Arrays.copyOf(ends, slots.length / 2);
        numbers = Arrays.copyOf(numbers, slots.length / 2);
        for (int place = 0; place < size; place++) {
            byte[] name = Arrays.copyOfRange(text, start(place), ends[place]);
            slots[slot(name)] = place + 1;
        }
    }
}
