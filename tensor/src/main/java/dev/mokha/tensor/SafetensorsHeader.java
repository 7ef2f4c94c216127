package dev.mokha.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The checked header of one safetensors file:
///
/// ```text
/// [8 bytes]  n, the length of the header, little-endian
/// [n bytes]  a JSON object: name -> {"dtype", "shape", "data_offsets": [begin, end]}, and "__metadata__"
/// [rest]     the elements, row-major and little-endian; the offsets count from here
/// ```
///
/// A header exists only when each byte of the file belongs to exactly one tensor and each tensor has as many bytes as
/// its shape and type need, so nothing that reads by it can leave the file.
///
/// @param entries the tensors, in the order of the header
/// @param metadata the strings under `__metadata__`, in their order
/// @param dataStart where the elements begin in the file
/// @param fileBytes the length that the file must have
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata, long dataStart, long fileBytes) {
    /// The limit that the reference implementation sets, too.
    static final long LONGEST = 100_000_000;

    SafetensorsHeader {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /// Where a tensor lies.
    ///
    /// @param info its type and shape
    /// @param begin its first byte, counted from the end of the header
    /// @param end the byte after its last
    record Entry(Safetensors.Stored info, long begin, long end) {}

    /// Reads and checks the header of an open file.
    ///
    /// @throws SafetensorsException when the file is none
    static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < Long.BYTES) {
            throw new SafetensorsException(
                    file, "has " + size + " bytes; a safetensors file begins with 8 bytes, its header's length");
        }
        long length = bytes(file, channel, 0, Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        if (length < 0 || length > LONGEST) {
            throw new SafetensorsException(
                    file,
                    "claims a header of " + Long.toUnsignedString(length) + " bytes; at most " + LONGEST
                            + " are allowed (is this a safetensors file?)");
        }
        if (length > size - Long.BYTES) {
            throw new SafetensorsException(
                    file,
                    "claims a header of " + length + " bytes, but only " + (size - Long.BYTES)
                            + " follow; the file is truncated or no safetensors file");
        }
        var header = bytes(file, channel, Long.BYTES, (int) length).array();
        return parse(file, header, size - Long.BYTES - length);
    }

    /// Checks a header of which the bytes are known.
    ///
    /// @param file for error messages
    /// @param header the JSON text
    /// @param dataBytes the number of bytes that follow the header
    static SafetensorsHeader parse(Path file, byte[] header, long dataBytes) {
        var reader = new SafetensorsHeaderReader(file, dataBytes);
        reader.read(header);
        requirePartition(file, reader.entries(), dataBytes);
        long dataStart = Long.BYTES + (long) header.length;
        return new SafetensorsHeader(reader.entries(), reader.metadata(), dataStart, dataStart + dataBytes);
    }

    private static ByteBuffer bytes(Path file, FileChannel channel, long position, int count) throws IOException {
        var bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new SafetensorsException(file, "was truncated while it was read");
            }
        }
        return bytes.flip();
    }

    /// Each byte of the data belongs to one tensor: no overlap, no gap, nothing behind the last.
    private static void requirePartition(Path file, Map<String, Entry> entries, long dataBytes) {
        List<Map.Entry<String, Entry>> order = new ArrayList<>(entries.entrySet());
        order.sort(Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin)
                .thenComparingLong(e -> e.getValue().end));
        long at = 0;
        for (var named : order) {
            Entry entry = named.getValue();
            if (entry.begin != at) {
                throw new SafetensorsException(
                        file,
                        "tensor " + SafetensorsException.quoted(named.getKey()) + " begins at byte " + entry.begin
                                + " of the data, expected " + at
                                + (entry.begin < at ? ": it overlaps the one before" : ": there is a gap before it"));
            }
            at = entry.end;
        }
        if (at != dataBytes) {
            throw new SafetensorsException(
                    file, "has " + dataBytes + " bytes of data, but its tensors end at byte " + at);
        }
    }
}
