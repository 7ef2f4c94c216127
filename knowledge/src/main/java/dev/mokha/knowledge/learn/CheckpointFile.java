package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.lifelong.Checkpoint;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.TreeMap;

/// Where the learning of a snapshot has come to, in a file beside the store: whole or not there.
///
/// It has a mark of what it belongs to; a file with another mark, or a damaged one, counts as none. Numbers
/// are big-endian: `Mokc`, the mark, snapshot, epoch, the number of arrays, then each array's name, length
/// and doubles.
final class CheckpointFile {
    private static final int MAGIC = 0x4d6f6b63;

    private final Path file;
    private final String mark;

    /// @param mark of the settings and of the graph that a checkpoint goes with
    CheckpointFile(Path file, String mark) {
        this.file = file;
        this.mark = mark;
    }

    /// Writes a checkpoint over the one before.
    void write(Checkpoint checkpoint) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            Path part = Files.createTempFile(folder, file.getFileName() + ".", ".part");
            try {
                try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part), 1 << 16))) {
                    out.writeInt(MAGIC);
                    out.writeUTF(mark);
                    out.writeInt(checkpoint.snapshot());
                    out.writeInt(checkpoint.epoch());
                    out.writeInt(checkpoint.arrays().size());
                    for (var array : new TreeMap<>(checkpoint.arrays()).entrySet()) {
                        out.writeUTF(array.getKey());
                        out.writeInt(array.getValue().length);
                        write(out, array.getValue());
                    }
                }
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the checkpoint " + file + ": " + e.getMessage(), e);
        }
    }

    private static void write(DataOutputStream out, double[] numbers) throws IOException {
        var buffer = ByteBuffer.allocate(1 << 16);
        for (double number : numbers) {
            if (!buffer.hasRemaining()) {
                out.write(buffer.array());
                buffer.clear();
            }
            buffer.putDouble(number);
        }
        out.write(buffer.array(), 0, buffer.position());
    }

    /// {@return the checkpoint of a snapshot, where there is one}
    Optional<Checkpoint> read(int snapshot) {
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            if (in.readInt() != MAGIC || !in.readUTF().equals(mark) || in.readInt() != snapshot) {
                return Optional.empty();
            }
            int epoch = in.readInt();
            var arrays = new TreeMap<String, double[]>();
            for (int left = in.readInt(); left > 0; left--) {
                String name = in.readUTF();
                arrays.put(name, numbers(in, in.readInt()));
            }
            return Optional.of(new Checkpoint(snapshot, epoch, arrays));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException _) {
            return Optional.empty(); // shorter than it says: learned from the snapshot's beginning
        }
    }

    private static double[] numbers(DataInputStream in, int length) throws IOException {
        double[] numbers = new double[length];
        byte[] bytes = new byte[1 << 16];
        for (int at = 0; at < length; ) {
            int count = Math.min(length - at, bytes.length / Double.BYTES);
            in.readFully(bytes, 0, count * Double.BYTES);
            ByteBuffer.wrap(bytes).asDoubleBuffer().get(numbers, at, count);
            at += count;
        }
        return numbers;
    }

    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the checkpoint " + file + ": " + e.getMessage(), e);
        }
    }
}
