package dev.mokha.tensor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// One open safetensors file: its header, and, from the first tensor on, its mapping.
///
/// The mapping is libtorch's own (private: pages are copied when written), held by the storage of each tensor
/// cut from it, so it goes when the file is closed *and* the last such tensor is gone, whichever comes later.
final class SafetensorsFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final SafetensorsHeader header;
    private org.bytedeco.pytorch.@Nullable Tensor mapping;
    private boolean closed;

    private SafetensorsFile(Path path, FileChannel channel, SafetensorsHeader header) {
        this.path = path;
        this.channel = channel;
        this.header = header;
    }

    static SafetensorsFile open(Path path) {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new SafetensorsException(path, "is no regular file");
        }
        try {
            var channel = FileChannel.open(path, StandardOpenOption.READ);
            try {
                return new SafetensorsFile(path, channel, SafetensorsHeader.read(path, channel));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new SafetensorsException(path, "does not exist", e);
        } catch (IOException e) {
            throw new SafetensorsException(path, "cannot be read: " + e, e);
        }
    }

    Path path() {
        return path;
    }

    SafetensorsHeader header() {
        return header;
    }

    /// {@return the tensor over the mapping, or a copy where its bytes are not aligned to its type}
    synchronized Tensor tensor(String name, SafetensorsHeader.Entry entry) {
        if (closed) {
            throw new IllegalStateException(
                    path + " was closed; tensor " + SafetensorsException.quoted(name) + " can no longer be read");
        }
        var info = entry.info();
        var mapped = mapping();
        var tensor = Tensors.empty(info.dtype(), Device.CPU, info.bytes() == 0 ? info.sizes() : new long[] {0});
        if (info.bytes() == 0) {
            return tensor;
        }
        long at = header.dataStart() + entry.begin();
        try (var _ = new PointerScope()) {
            if (at % info.dtype().bytes() == 0) {
                tensor.handle().set_(mapped, at / info.dtype().bytes(), info.sizes());
                return tensor;
            }
        }
        tensor.close();
        var copy = Tensors.empty(info.dtype(), Device.CPU, info.sizes());
        copy.bytes().copyFrom(segment(mapped).asSlice(at, info.bytes()));
        return copy;
    }

    /// {@return a tensor's bytes, mapped until the arena is closed}
    MemorySegment bytes(SafetensorsHeader.Entry entry, Arena arena) {
        try {
            checkLength();
            return channel.map(
                    MapMode.READ_ONLY,
                    header.dataStart() + entry.begin(),
                    entry.info().bytes(),
                    arena);
        } catch (IOException e) {
            throw new SafetensorsException(path, "cannot be mapped: " + e, e);
        }
    }

    private void checkLength() throws IOException {
        if (channel.size() != header.fileBytes()) {
            throw new SafetensorsException(
                    path,
                    "had " + header.fileBytes() + " bytes when it was opened and has " + channel.size()
                            + " now; replace a file by renaming a new one over it, never in place");
        }
    }

    /// Reading past the end of a file that shrank after it was mapped would end the process; so its length is
    /// asked before each tensor is cut. It cannot be asked before each use: who shrinks a mapped file in
    /// place stops us.
    private org.bytedeco.pytorch.Tensor mapping() {
        try {
            checkLength();
            var mapped = mapping;
            if (mapped == null) {
                mapped = map();
                mapping = mapped;
            }
            return mapped;
        } catch (IOException e) {
            throw new SafetensorsException(path, "cannot be read: " + e, e);
        }
    }

    private org.bytedeco.pytorch.Tensor map() throws IOException {
        Engine.start();
        try (var _ = new PointerScope()) {
            var bytes = torch.from_file(
                    path.toString(),
                    new BoolOptional(false),
                    new LongOptional(header.fileBytes()),
                    Tensors.options(DType.UINT8, Device.CPU));
            // libtorch opened the path anew: make sure that it found the file that was checked.
            if (!begins(segment(bytes), header.dataStart())) {
                throw new SafetensorsException(path, "was replaced after it was opened; open it again");
            }
            bytes.retainReference();
            return bytes;
        } catch (RuntimeException e) {
            if (e instanceof SafetensorsException) {
                throw e;
            }
            throw new SafetensorsException(path, "cannot be mapped: " + e.getMessage(), e);
        }
    }

    /// {@return whether the mapping has the first bytes of the file that was opened}
    private boolean begins(MemorySegment mapped, long length) throws IOException {
        var chunk = ByteBuffer.allocate(1 << 16);
        for (long at = 0; at < length; at += chunk.position()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), length - at));
            if (channel.read(chunk, at) <= 0
                    || MemorySegment.ofBuffer(chunk.duplicate().flip()).mismatch(mapped.asSlice(at, chunk.position()))
                            >= 0) {
                return false;
            }
        }
        return true;
    }

    @SuppressWarnings("restricted") // libtorch's own mapping, whose size it tells
    private static MemorySegment segment(org.bytedeco.pytorch.Tensor mapped) {
        return MemorySegment.ofAddress(mapped.data_ptr().address()).reinterpret(mapped.nbytes());
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (mapping != null) {
            mapping.deallocate();
            mapping = null;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw new SafetensorsException(path, "cannot be closed: " + e, e);
        }
    }
}
