package dev.mokha.language.masking;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// TFRecord frames, little-endian: the record's length (8 bytes), masked CRC-32C of those 8 bytes (4), the
/// record, masked CRC-32C of it (4).
final class RecordWriter {
    private static final int MASK_DELTA = 0xA282EAD8;
    /// What a frame adds to its record.
    static final int OVERHEAD = Long.BYTES + 2 * Integer.BYTES;

    private final OutputStream out;

    RecordWriter(OutputStream out) {
        this.out = out;
    }

    /// Appends a record.
    void write(byte[] record) throws IOException {
        byte[] frame = new byte[record.length + OVERHEAD];
        var bytes = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(record.length);
        bytes.putInt(maskedCrc(frame, Long.BYTES));
        bytes.put(record);
        bytes.putInt(maskedCrc(record, record.length));
        out.write(frame);
    }

    /// CRC-32C of the first bytes, rotated right by 15 bits, plus a constant: a checksum of bytes that hold
    /// checksums stays useful.
    static int maskedCrc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }
}
