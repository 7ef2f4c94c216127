package dev.mokha.language.gguf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A [GGUF](https://github.com/ggml-org/ggml/blob/master/docs/gguf.md) file, versions 2 and 3, little-endian,
/// mapped into memory: opening reads and checks the header, numbers are read when they are asked for.
///
/// Metadata values are Long, Double, Boolean, String, or a List of such.
public final class GgufFile implements AutoCloseable {
    private final Path path;
    private final Arena arena;
    private final MemorySegment bytes;
    private final Map<String, Object> metadata;
    private final Map<String, MemorySegment> values;
    private final Map<String, GgufTensor> tensors;

    private GgufFile(Path path, Arena arena, MemorySegment bytes, GgufHeaderReader.Header header) {
        this.path = path;
        this.arena = arena;
        this.bytes = bytes;
        this.metadata = header.metadata();
        this.values = header.values();
        this.tensors = header.tensors();
    }

    /// Opens a file, which the caller closes.
    ///
    /// @throws GgufException when it is missing, malformed, cut short, or stores tensors in a way
    ///     that is not known
    @SuppressWarnings("MustBeClosedChecker") // the arena is closed with the file, or here when it cannot be opened
    public static GgufFile open(Path path) {
        Arena arena = Arena.ofShared();
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            return new GgufFile(path, arena, bytes, new GgufHeaderReader(path, bytes).read());
        } catch (NoSuchFileException e) {
            arena.close();
            throw new GgufException(path, "does not exist", e);
        } catch (IOException e) {
            arena.close();
            throw new GgufException(path, "cannot be read: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /// {@return where it is}
    public Path path() {
        return path;
    }

    /// {@return what the file says about its model, in the file's order}
    public Map<String, Object> metadata() {
        return metadata;
    }

    /// {@return its tensors by name, in the file's order}
    public Map<String, GgufTensor> tensors() {
        return tensors;
    }

    /// {@return the tensor of a name}
    /// @throws GgufException when there is none
    public GgufTensor tensor(String name) {
        @Nullable GgufTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new GgufException(path, "has no tensor '" + name + "' among its " + tensors.size());
        }
        return tensor;
    }

    /// {@return a tensor's bytes as they lie in the file, valid until the file is closed}
    public MemorySegment bytes(GgufTensor tensor) {
        return bytes.asSlice(tensor.offset(), tensor.bytes());
    }

    /// {@return a tensor's numbers as float32, of quantised ones what their blocks stand for}
    /// @throws GgufException when they are more than an array can hold
    public float[] floats(String name) {
        GgufTensor tensor = tensor(name);
        if (tensor.count() > Integer.MAX_VALUE - 8) {
            throw new GgufException(path, "has " + tensor.count() + " numbers in '" + name + "', too many at once");
        }
        float[] floats = new float[Math.toIntExact(tensor.count())];
        Blocks.read(tensor.type(), bytes(tensor), 0, floats);
        return floats;
    }

    /// {@return a text of the metadata}
    /// @throws GgufException when it is missing or no text
    public String text(String key) {
        return keys().text(key);
    }

    /// {@return a whole number of the metadata}
    /// @throws GgufException when it is missing or none
    public long number(String key) {
        return keys().whole(key);
    }

    /// {@return the metadata as another file can have it, in the file's order}
    Map<String, GgufValue> values() {
        var copies = new LinkedHashMap<String, GgufValue>();
        values.forEach((key, value) -> copies.put(key, GgufValue.copy(value)));
        return copies;
    }

    GgufKeys keys() {
        return new GgufKeys(path, metadata);
    }

    /// Unmaps the file; what [#bytes] gave is no longer valid.
    @Override
    public void close() {
        arena.close();
    }
}
