package dev.mokha.language.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Writes a GGUF file of version 3, whole or not at all: to a temporary name beside it, which then takes
/// its name.
///
/// ```java
/// try (var writer = GgufWriter.begin(target, metadata, tensors)) {
///     for (MemorySegment bytes : inTheOrderOfTensors) {
///         writer.append(bytes);
///     }
///     writer.finish();
/// }
/// ```
public final class GgufWriter implements AutoCloseable {
    private static final int ALIGNMENT = 32;
    private static final int LONGEST_NAME = 63; // llama.cpp has room for so many bytes
    private static final long AT_ONCE = 1 << 26;

    private final Path target;
    private final Path part;
    private final FileChannel channel;
    private final List<Planned> tensors;
    private int current;
    private long missing;

    /// A tensor that is to be written.
    ///
    /// @param name such as `blk.0.attn_q.weight`
    /// @param shape its sizes, outermost first
    public record Planned(String name, List<Long> shape, GgufType type) {
        public Planned {
            shape = List.copyOf(shape);
            if (shape.isEmpty() || shape.getLast() % type.block() != 0) {
                throw new IllegalArgumentException(name + " of shape " + shape + " has no rows of whole blocks of "
                        + type.block() + " for " + type);
            }
            if (GgufValue.string(name).length - 8 > LONGEST_NAME) {
                throw new IllegalArgumentException("the name '" + name + "' is longer than " + LONGEST_NAME + " bytes");
            }
        }

        /// {@return the number of elements}
        public long count() {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }

        /// {@return the number of bytes in the file}
        public long bytes() {
            return type.bytes(count());
        }
    }

    private GgufWriter(Path target, Path part, FileChannel channel, List<Planned> tensors) {
        this.target = target;
        this.part = part;
        this.channel = channel;
        this.tensors = tensors;
        this.missing = tensors.isEmpty() ? 0 : tensors.getFirst().bytes();
    }

    /// Writes the header. The tensors' bytes follow, in the order given.
    public static GgufWriter begin(Path target, Map<String, GgufValue> metadata, List<Planned> tensors) {
        Path part = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            var writer = new GgufWriter(target, part, channel, List.copyOf(tensors));
            try {
                writer.write(ByteBuffer.wrap(header(metadata, tensors)));
                writer.skipEmpty();
                return writer;
            } catch (IOException | RuntimeException e) {
                writer.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target + ": " + e.getMessage(), e);
        }
    }

    private static byte[] header(Map<String, GgufValue> metadata, List<Planned> tensors) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(GgufValue.ints(GgufHeaderReader.MAGIC));
        out.writeBytes(GgufValue.ints(3));
        out.writeBytes(GgufValue.longs(tensors.size()));
        out.writeBytes(GgufValue.longs(metadata.size()));
        metadata.forEach((key, value) -> {
            out.writeBytes(GgufValue.string(key));
            out.writeBytes(value.bytes());
        });
        long offset = 0;
        for (Planned tensor : tensors) {
            out.writeBytes(GgufValue.string(tensor.name()));
            out.writeBytes(GgufValue.ints(tensor.shape().size()));
            tensor.shape().reversed().forEach(size -> out.writeBytes(GgufValue.longs(size)));
            out.writeBytes(GgufValue.ints(tensor.type().number()));
            out.writeBytes(GgufValue.longs(offset));
            offset = aligned(offset + tensor.bytes());
        }
        out.writeBytes(new byte[Math.toIntExact(aligned(out.size()) - out.size())]);
        return out.toByteArray();
    }

    private static long aligned(long size) {
        return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /// Writes the next bytes of the tensors.
    ///
    /// @throws IllegalArgumentException when they are more than the current tensor lacks
    public void append(MemorySegment bytes) {
        if (bytes.byteSize() > missing) {
            throw new IllegalArgumentException(bytes.byteSize() + " bytes come where "
                    + (current < tensors.size() ? tensors.get(current).name() : "the end") + " lacks " + missing);
        }
        try {
            for (long at = 0; at < bytes.byteSize(); at += AT_ONCE) {
                write(bytes.asSlice(at, Math.min(AT_ONCE, bytes.byteSize() - at))
                        .asByteBuffer());
            }
            missing -= bytes.byteSize();
            skipEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target + ": " + e.getMessage(), e);
        }
    }

    private void write(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private void skipEmpty() throws IOException {
        while (missing == 0 && current < tensors.size()) {
            write(ByteBuffer.allocate(Math.toIntExact(aligned(channel.position()) - channel.position())));
            current++;
            missing = current < tensors.size() ? tensors.get(current).bytes() : 0;
        }
    }

    /// Gives the file its name.
    ///
    /// @throws IllegalStateException when bytes are missing
    public void finish() {
        if (current < tensors.size()) {
            throw new IllegalStateException(tensors.get(current).name() + " lacks " + missing + " bytes");
        }
        try {
            channel.force(true);
            channel.close();
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target + ": " + e.getMessage(), e);
        }
    }

    /// Removes what was not finished.
    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + part + ": " + e.getMessage(), e);
        }
    }
}
