package dev.mokha.language.embed;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Writes vectors in NumPy's format, version 1.0: `float32`, `[rows, width]`.
public final class NpyFile {
    private static final int BLOCK = 64;

    private NpyFile() {}

    /// Writes a file.
    ///
    /// @param rows of equal length, at least one
    public static void write(Path file, List<float[]> rows) throws IOException {
        int width = rows.getFirst().length;
        String shape = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows.size() + ", " + width + "), }";
        int open = 10 + shape.length() + 1;
        String header = shape + " ".repeat((BLOCK - open % BLOCK) % BLOCK) + "\n";
        var head = ByteBuffer.allocate(10 + header.length()).order(ByteOrder.LITTLE_ENDIAN);
        head.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII));
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(head.array());
            var bytes = ByteBuffer.allocate(4 * width).order(ByteOrder.LITTLE_ENDIAN);
            for (float[] row : rows) {
                bytes.clear();
                bytes.asFloatBuffer().put(row);
                out.write(bytes.array());
            }
        }
    }
}
