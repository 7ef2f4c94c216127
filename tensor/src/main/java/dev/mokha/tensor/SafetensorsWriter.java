package dev.mokha.tensor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Writes one safetensors file so that it appears whole or not at all.
///
/// Elements follow each other in the order given, wide types before narrow ones: with a header that is a multiple of
/// 8 bytes, every tensor is aligned to its type and can be mapped.
final class SafetensorsWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int LARGEST_WRITE = 1 << 30; // a ByteBuffer holds less than 2 GB

    private static final String METADATA = "__metadata__";

    private SafetensorsWriter() {}

    static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        if (tensors.containsKey(METADATA)) {
            throw new IllegalArgumentException("no tensor may be called " + METADATA + ": the format keeps that name");
        }
        List<Map.Entry<String, Tensor>> order = new ArrayList<>(tensors.entrySet());
        order.sort(Comparator.comparingInt(entry -> -entry.getValue().dtype().bytes()));
        replace(file, channel -> {
            write(channel, ByteBuffer.wrap(header(order, metadata)));
            for (var entry : order) {
                writeElements(channel, entry.getValue());
            }
        });
    }

    /// What fills a file.
    interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    /// Writes beside the file, forces the bytes to the disk, and renames over it.
    static void replace(Path file, Content content) {
        Path temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (var channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            move(temporary, file);
            forceFolder(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new SafetensorsException(file, "cannot be written: " + e, e);
        } finally {
            deleteQuietly(temporary);
        }
    }

    private static byte[] header(List<Map.Entry<String, Tensor>> order, Map<String, String> metadata) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[Long.BYTES]);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeObjectPropertyStart(METADATA);
            var strings = new LinkedHashMap<>(metadata);
            strings.putIfAbsent("format", "pt");
            strings.forEach(json::writeStringProperty);
            json.writeEndObject();
            long at = 0;
            for (var entry : order) {
                Tensor tensor = entry.getValue();
                long end = at + tensor.count() * tensor.dtype().bytes();
                json.writeObjectPropertyStart(entry.getKey());
                json.writeStringProperty("dtype", tensor.dtype().label());
                json.writeName("shape");
                json.writeArray(tensor.shape(), 0, tensor.rank());
                json.writeName("data_offsets");
                json.writeArray(new long[] {at, end}, 0, 2);
                json.writeEndObject();
                at = end;
            }
            json.writeEndObject();
        }
        while (bytes.size() % Long.BYTES != 0) {
            bytes.write(' ');
        }
        byte[] header = bytes.toByteArray();
        ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length - Long.BYTES);
        return header;
    }

    private static void writeElements(FileChannel channel, Tensor tensor) throws IOException {
        try (var _ = Scope.open("write safetensors")) {
            var bytes = tensor.detach().to(Device.CPU).contiguous().bytes();
            for (long at = 0; at < bytes.byteSize(); at += LARGEST_WRITE) {
                long length = Math.min(LARGEST_WRITE, bytes.byteSize() - at);
                write(channel, bytes.asSlice(at, length).asByteBuffer());
            }
        }
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException _) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /// A rename is on the disk once its folder is; where a folder cannot be opened (Windows), the system sees to it.
    private static void forceFolder(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException _) {
            // the file itself was forced
        }
    }

    private static void deleteQuietly(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException _) {
            // a leftover with a name of its own harms nobody
        }
    }
}
