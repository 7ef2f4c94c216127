package dev.mokha.language.official;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/// Reads the sorted table that a checkpoint's `.index` is: the format of LevelDB's
/// [table files](https://github.com/google/leveldb/blob/main/doc/table_format.md).
///
/// ```
/// file    := block* metaindex-block index-block footer
/// block   := entry* restart[uint32]* count[uint32]   then  compression[byte] crc[uint32]
/// entry   := shared[varint] unshared[varint] size[varint] key[unshared] value[size]
/// footer  := two handles (offset[varint64] size[varint64]), zeros to 40 bytes, magic[uint64]
/// ```
///
/// A key begins with the `shared` first bytes of the key before it. The index block has for each data block its handle.
final class TableFile {
    private static final int FOOTER = 48;
    private static final long MAGIC = 0xdb4775248b80fb57L;
    private static final int MASK_DELTA = 0xa282ead8;

    private final Path path;
    private final ByteBuffer bytes;

    private TableFile(Path path, byte[] bytes) {
        this.path = path;
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// {@return all entries of a table, by key, in their order}
    /// @param path for messages
    /// @throws CheckpointException when the bytes are no such table
    static Map<String, byte[]> read(Path path, byte[] bytes) {
        try {
            return new TableFile(path, bytes).entries();
        } catch (BufferUnderflowException | IndexOutOfBoundsException | ArithmeticException _) {
            throw new CheckpointException(
                    path + " is damaged: it ends, or points, beyond its " + bytes.length + " bytes");
        }
    }

    private Map<String, byte[]> entries() {
        int size = bytes.capacity();
        if (size < FOOTER || bytes.getLong(size - 8) != MAGIC) {
            throw new CheckpointException(path + " is no index of a TensorFlow checkpoint: its last bytes are not the"
                    + " table's magic number; give the file that ends in .index, or the folder it is in");
        }
        ByteBuffer footer = slice(size - FOOTER, FOOTER - 8);
        varint(footer); // the metaindex, which holds nothing
        varint(footer);
        var all = new LinkedHashMap<String, byte[]>();
        for (byte[] handle : block(footer).values()) {
            all.putAll(block(ByteBuffer.wrap(handle)));
        }
        return all;
    }

    private Map<String, byte[]> block(ByteBuffer handle) {
        int offset = index(varint(handle));
        int size = index(varint(handle));
        ByteBuffer whole = slice(offset, Math.addExact(size, 5));
        requireUnchanged(whole, size);
        if (whole.get(size) != 0) {
            throw new CheckpointException(path + " is a compressed table; TensorFlow writes checkpoints without"
                    + " compression, and others are not read");
        }
        int restarts = whole.getInt(size - 4);
        ByteBuffer entries = slice(offset, size - 4 - Math.multiplyExact(4, restarts));
        var read = new LinkedHashMap<String, byte[]>();
        byte[] key = new byte[0];
        while (entries.hasRemaining()) {
            int shared = index(varint(entries));
            byte[] next = new byte[Math.addExact(shared, requireLeft(entries, varint(entries)))];
            byte[] value = new byte[requireLeft(entries, varint(entries))];
            System.arraycopy(key, 0, next, 0, shared);
            entries.get(next, shared, next.length - shared);
            entries.get(value);
            key = next;
            read.put(new String(key, StandardCharsets.UTF_8), value);
        }
        return read;
    }

    private void requireUnchanged(ByteBuffer block, int size) {
        var crc = new CRC32C();
        crc.update(block.array(), block.arrayOffset(), size + 1);
        if (masked(crc) != block.getInt(size + 1)) {
            throw new CheckpointException(path + " is damaged: a block's checksum differs; copy the file again");
        }
    }

    /// A checksum as these files store it: turned, so that a checksum of checksums is no accident.
    static int masked(CRC32C crc) {
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }

    private ByteBuffer slice(int from, int length) {
        return bytes.slice(from, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int requireLeft(ByteBuffer in, long count) {
        if (count < 0 || count > in.remaining()) {
            throw new IndexOutOfBoundsException();
        }
        return (int) count;
    }

    private int index(long value) {
        if (value < 0 || value > bytes.capacity()) {
            throw new IndexOutOfBoundsException();
        }
        return (int) value;
    }

    /// {@return the next number: 7 bits a byte, lowest first, the top bit says that more follow}
    static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IndexOutOfBoundsException();
    }
}
