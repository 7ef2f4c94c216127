package dev.mokha.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes safetensors bytes by hand, well-formed or not.
final class SafetensorsBytes {
    private SafetensorsBytes() {}

    /// {@return the length of the header, the header, and `dataBytes` bytes 0, 1, 2, …}
    static byte[] file(String header, int dataBytes) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return file(text.length, text, dataBytes);
    }

    /// {@return a file that claims a header of any length}
    static byte[] file(long claimedLength, byte[] header, int dataBytes) {
        var bytes = ByteBuffer.allocate(Long.BYTES + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(claimedLength).put(header);
        for (int i = 0; i < dataBytes; i++) {
            bytes.put((byte) i);
        }
        return bytes.array();
    }
}
