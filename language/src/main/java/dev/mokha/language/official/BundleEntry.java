package dev.mokha.language.official;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Where a tensor lies in a checkpoint: TensorFlow's `BundleEntryProto`.
///
/// @param dtype TensorFlow's number of the type: 1 is float32
/// @param shape sizes, outermost first
/// @param shard which data file
/// @param offset of its first byte there
/// @param size in bytes
/// @param crc of its bytes, masked
@SuppressWarnings("ArrayRecordComponent") // read once, compared never
record BundleEntry(int dtype, long[] shape, int shard, long offset, long size, int crc) {
    static final int FLOAT = 1;

    /// @param name for messages
    static BundleEntry parse(String name, byte[] proto) {
        try {
            return parse(name, ByteBuffer.wrap(proto).order(ByteOrder.LITTLE_ENDIAN));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | ArithmeticException _) {
            throw new CheckpointException("the checkpoint's entry for " + name + " is damaged");
        }
    }

    private static BundleEntry parse(String name, ByteBuffer in) {
        int dtype = 0;
        long[] shape = {};
        int shard = 0;
        long offset = 0;
        long size = 0;
        int crc = 0;
        while (in.hasRemaining()) {
            int tag = Math.toIntExact(TableFile.varint(in));
            switch (tag) {
                case 1 << 3 -> dtype = Math.toIntExact(TableFile.varint(in));
                case 2 << 3 | 2 -> shape = shape(part(in));
                case 3 << 3 -> shard = Math.toIntExact(TableFile.varint(in));
                case 4 << 3 -> offset = TableFile.varint(in);
                case 5 << 3 -> size = TableFile.varint(in);
                case 6 << 3 | 5 -> crc = in.getInt();
                case 7 << 3 | 2 ->
                    throw new CheckpointException("the checkpoint stores " + name
                            + " in slices, as training on several servers does; that is not read: save it whole");
                default -> skip(in, tag & 7);
            }
        }
        if (offset < 0 || size < 0) {
            throw new IndexOutOfBoundsException();
        }
        return new BundleEntry(dtype, shape, shard, offset, size, crc);
    }

    /// `TensorShapeProto`: field 2 is a dimension, whose field 1 is its size.
    private static long[] shape(ByteBuffer in) {
        long[] sizes = {};
        while (in.hasRemaining()) {
            int tag = Math.toIntExact(TableFile.varint(in));
            if (tag != (2 << 3 | 2)) {
                skip(in, tag & 7);
                continue;
            }
            ByteBuffer dimension = part(in);
            long size = 0;
            while (dimension.hasRemaining()) {
                int inner = Math.toIntExact(TableFile.varint(dimension));
                if (inner == 1 << 3) {
                    size = TableFile.varint(dimension);
                } else {
                    skip(dimension, inner & 7);
                }
            }
            if (size < 0) {
                throw new IndexOutOfBoundsException();
            }
            sizes = Arrays.copyOf(sizes, sizes.length + 1);
            sizes[sizes.length - 1] = size;
        }
        return sizes;
    }

    private static ByteBuffer part(ByteBuffer in) {
        int length = Math.toIntExact(TableFile.varint(in));
        ByteBuffer part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        return part;
    }

    private static void skip(ByteBuffer in, int wireType) {
        switch (wireType) {
            case 0 -> TableFile.varint(in);
            case 1 -> in.getLong();
            case 2 -> part(in);
            case 5 -> in.getInt();
            default -> throw new IndexOutOfBoundsException();
        }
    }

    /// {@return how many elements there are}
    long count() {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
}
