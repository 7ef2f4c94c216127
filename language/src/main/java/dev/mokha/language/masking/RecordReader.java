package dev.mokha.language.masking;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// Reads what [RecordWriter] writes. Believes no length before its checksum, nor one that no example has.
final class RecordReader {
    /// An example of 512 tokens has some 4 kB; this is what one of half a million would have.
    static final int LONGEST = 1 << 22;

    static final int HEAD = Long.BYTES + Integer.BYTES;

    private final InputStream in;

    RecordReader(InputStream in) {
        this.in = in;
    }

    /// {@return the next record, or null after the last}
    /// @throws Fault when the bytes are no record
    byte @Nullable [] next() throws IOException, Fault {
        try {
            byte[] head = in.readNBytes(HEAD);
            if (head.length == 0) {
                return null;
            }
            if (head.length < HEAD) {
                throw new Fault("the file ends in the middle of its length");
            }
            byte[] record = in.readNBytes(length(head));
            byte[] tail = in.readNBytes(Integer.BYTES);
            if (tail.length < Integer.BYTES) {
                throw new Fault("the file ends in the middle of it");
            }
            int crc = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
            if (crc != RecordWriter.maskedCrc(record, record.length)) {
                throw new Fault("its checksum is wrong");
            }
            return record;
        } catch (EOFException | ZipException e) {
            throw new Fault("the compressed data end or break here: " + e.getMessage(), e);
        }
    }

    /// {@return the length that the first twelve bytes of a frame tell}
    static int length(byte[] head) throws Fault {
        var bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        long length = bytes.getLong();
        if (bytes.getInt() != RecordWriter.maskedCrc(head, Long.BYTES)) {
            throw new Fault("the checksum of its length is wrong");
        }
        if (length < 0 || length > LONGEST) {
            throw new Fault("it claims " + Long.toUnsignedString(length) + " bytes, more than any example has");
        }
        return (int) length;
    }

    /// What is wrong with a record; who knows the file adds its name, the record's number and the way out.
    static final class Fault extends Exception {
        private static final long serialVersionUID = 1;

        Fault(String message) {
            super(message);
        }

        Fault(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
