package dev.mokha.nn.fit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads event files back with a reader of its own: frames, checksums bit by bit, wire format.
final class EventFileTest {
    @TempDir
    private Path folder;

    @Test
    void whatWasWrittenIsReadBack() throws IOException {
        Path file = folder.resolve("events");
        try (var events = new EventFile(file, 0, 1.5)) {
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("train/loss", 2.25);
            figures.put("اختبار", -1e-3);
            events.scalars(300, 7.25, figures);
            events.scalars(1L << 40, 8.5, Map.of("x", Double.NaN));
        }
        List<Event> read = read(file);
        assertThat(read).hasSize(3);
        assertThat(read.get(0)).isEqualTo(new Event(1.5, 0, "brain.Event:2", Map.of()));
        assertThat(read.get(1)).isEqualTo(new Event(7.25, 300, "", Map.of("train/loss", 2.25f, "اختبار", -1e-3f)));
        assertThat(read.get(2)).isEqualTo(new Event(8.5, 1L << 40, "", Map.of("x", Float.NaN)));
    }

    @Test
    void aFileCutBackGoesOnWhereItWasCut() throws IOException {
        Path file = folder.resolve("events");
        long length;
        try (var events = new EventFile(file, 0, 1)) {
            events.scalars(1, 2, Map.of("x", 1.0));
            length = events.force();
            events.scalars(2, 3, Map.of("x", 2.0));
        }
        try (var events = new EventFile(file, length, 9)) {
            events.scalars(3, 4, Map.of("x", 3.0));
        }
        assertThat(read(file)).extracting(Event::step).containsExactly(0L, 1L, 3L);
    }

    private record Event(double wallTime, long step, String version, Map<String, Float> scalars) {}

    private static List<Event> read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] length = new byte[8];
            bytes.get(bytes.position(), length);
            byte[] message = new byte[(int) bytes.getLong()];
            assertThat(bytes.getInt()).isEqualTo(masked(length));
            bytes.get(message);
            assertThat(bytes.getInt()).isEqualTo(masked(message));
            events.add(event(ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN)));
        }
        return events;
    }

    private static Event event(ByteBuffer in) {
        double wallTime = 0;
        long step = 0;
        String version = "";
        Map<String, Float> scalars = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            switch ((int) varint(in)) {
                case (1 << 3) | 1 -> wallTime = in.getDouble();
                case 2 << 3 -> step = varint(in);
                case (3 << 3) | 2 -> version = text(in);
                case (5 << 3) | 2 -> summary(sub(in), scalars);
                default -> throw new AssertionError("an unknown field of Event");
            }
        }
        return new Event(wallTime, step, version, scalars);
    }

    private static void summary(ByteBuffer in, Map<String, Float> scalars) {
        while (in.hasRemaining()) {
            assertThat(varint(in)).isEqualTo((1 << 3) | 2);
            ByteBuffer value = sub(in);
            assertThat(varint(value)).isEqualTo((1 << 3) | 2);
            String tag = text(value);
            assertThat(varint(value)).isEqualTo((2 << 3) | 5);
            scalars.put(tag, value.getFloat());
            assertThat(value.hasRemaining()).isFalse();
        }
    }

    private static ByteBuffer sub(ByteBuffer in) {
        int length = (int) varint(in);
        ByteBuffer part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        return part;
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[(int) varint(in)];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    /// CRC-32C bit by bit, polynomial 0x1EDC6F41 reflected; then TFRecord's mask.
    private static int masked(byte[] bytes) {
        int crc = ~0;
        for (byte b : bytes) {
            crc ^= b & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? (crc >>> 1) ^ 0x82F63B78 : crc >>> 1;
            }
        }
        int value = ~crc;
        return ((value >>> 15) | (value << 17)) + 0xA282EAD8;
    }
}
