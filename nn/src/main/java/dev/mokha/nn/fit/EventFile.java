package dev.mokha.nn.fit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;

/// Scalars in a TensorBoard event file: TFRecord frames around protocol-buffer messages, both written by hand
/// (`docs/adr/`: three message types and two wire types do not need a dependency).
///
/// A frame, little-endian: length (8 bytes), masked CRC-32C of those 8 bytes (4), message, masked CRC-32C of it (4).
/// A message `Event` has `wall_time` (1, double), `step` (2, varint), then `file_version` (3, string) in the first
/// and `summary` (5) in all others; `Summary` has `value` (1), each with `tag` (1, string) and `simple_value` (2,
/// float).
final class EventFile implements AutoCloseable {
    private static final int MASK_DELTA = 0xA282EAD8;
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final FileChannel channel;

    /// Opens a file, cut to its first `length` bytes; a new one begins with its version.
    EventFile(Path file, long length, double wallTime) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.truncate(length);
        channel.position(channel.size());
        if (channel.size() == 0) {
            var event = new Message();
            event.fixed64(1, Double.doubleToLongBits(wallTime));
            event.bytes(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
            frame(event.toBytes());
        }
    }

    /// Appends figures of one step, in the map's order.
    void scalars(long step, double wallTime, Map<String, Double> figures) throws IOException {
        var summary = new Message();
        figures.forEach((tag, value) -> {
            var entry = new Message();
            entry.bytes(1, tag.getBytes(StandardCharsets.UTF_8));
            entry.fixed32(2, Float.floatToIntBits(value.floatValue()));
            summary.bytes(1, entry.toBytes());
        });
        var event = new Message();
        event.fixed64(1, Double.doubleToLongBits(wallTime));
        event.varint(2, step);
        event.bytes(5, summary.toBytes());
        frame(event.toBytes());
    }

    /// {@return the file's length once everything written is on the disk}
    long force() throws IOException {
        channel.force(false);
        return channel.size();
    }

    void truncate(long length) throws IOException {
        channel.truncate(length);
        channel.position(channel.size());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void frame(byte[] message) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(message.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        frame.putLong(message.length);
        frame.putInt(maskedCrc(frame.array(), Long.BYTES));
        frame.put(message);
        frame.putInt(maskedCrc(message, message.length));
        frame.flip();
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }

    private static int maskedCrc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        int value = (int) crc.getValue();
        return Integer.rotateRight(value, 15) + MASK_DELTA;
    }

    /// A protocol-buffer message under construction.
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void varint(int field, long value) {
            key(field, VARINT);
            varint(value);
        }

        void fixed64(int field, long bits) {
            key(field, FIXED64);
            out.writeBytes(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(bits)
                    .array());
        }

        void fixed32(int field, int bits) {
            key(field, FIXED32);
            out.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(bits)
                    .array());
        }

        void bytes(int field, byte[] value) {
            key(field, BYTES);
            varint(value.length);
            out.writeBytes(value);
        }

        byte[] toBytes() {
            return out.toByteArray();
        }

        private void key(int field, int wireType) {
            varint(((long) field << 3) | wireType);
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) ((rest & 0x7F) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
