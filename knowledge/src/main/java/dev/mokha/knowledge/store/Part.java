package dev.mokha.knowledge.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// One of a model's tables in the store: rows of equally many numbers, such as the vectors of entities.
///
/// A row is a blob of `width` numbers, little-endian, without anything between them.
///
/// @param id the number by which the store knows it
/// @param name such as `entities`
/// @param width how many numbers a row has
/// @param precision how they are written
public record Part(int id, String name, int width, Precision precision) {
    /// How a number is written.
    public enum Precision {
        /// IEEE 754 binary64: what is read is what was written.
        DOUBLE(8),
        /// IEEE 754 binary32: the nearest float.
        FLOAT(4);

        private final int bytes;

        Precision(int bytes) {
            this.bytes = bytes;
        }

        static Precision of(int bytes) {
            return bytes == FLOAT.bytes ? FLOAT : DOUBLE;
        }

        int bytes() {
            return bytes;
        }
    }

    public Part {
        if (width < 1) {
            throw new IllegalArgumentException("rows of '" + name + "' have 1 number or more, not " + width);
        }
    }

    long key(int row) {
        return (long) id << 32 | row;
    }

    byte[] blob(double[] numbers, int from) {
        var blob = ByteBuffer.allocate(width * precision.bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = from; i < from + width; i++) {
            switch (precision) {
                case DOUBLE -> blob.putDouble(numbers[i]);
                case FLOAT -> blob.putFloat((float) numbers[i]);
            }
        }
        return blob.array();
    }

    void read(byte[] bytes, double[] numbers) {
        if (bytes.length != width * precision.bytes) {
            throw new StoreException("a row of '%s' has %d bytes, not %d: the store is damaged; restore a copy of it"
                    .formatted(name, bytes.length, width * precision.bytes));
        }
        var blob = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < width; i++) {
            numbers[i] = switch (precision) {
                case DOUBLE -> blob.getDouble();
                case FLOAT -> blob.getFloat();
            };
        }
    }
}
