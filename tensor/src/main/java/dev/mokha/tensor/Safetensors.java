package dev.mokha.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Tensors in files of the [safetensors](https://github.com/huggingface/safetensors) format: one file, or a
/// folder with `model.safetensors` or with `model.safetensors.index.json` and its shards.
///
/// Opening reads and checks the headers only. A tensor's elements are the mapped file itself, not a copy;
/// they take memory when they are first touched. Writing into such a tensor copies the touched pages and
/// never changes the file. A tensor from a file belongs to the innermost [Scope], like any other, and stays
/// valid when the file is closed.
///
/// A file is replaced by renaming a new one over it, as [#write] does. One that another process cuts short in
/// place while tensors over it are in use stops this process; what can be checked is checked at each
/// [#tensor].
public final class Safetensors implements AutoCloseable {
    /// The name of an unsharded model in its folder.
    public static final String FILE = "model.safetensors";
    /// The name of the index of a sharded model.
    public static final String INDEX = "model.safetensors.index.json";

    private final Path source;
    private final List<SafetensorsFile> files;
    private final Map<String, Place> where;

    private Safetensors(Path source, List<SafetensorsFile> files, Map<String, Place> where) {
        this.source = source;
        this.files = List.copyOf(files);
        this.where = Collections.unmodifiableMap(where);
    }

    /// Type and shape of a stored tensor.
    ///
    /// @param dtype the type of its elements
    /// @param shape its sizes, outermost first
    public record Stored(DType dtype, List<Long> shape) {
        public Stored {
            shape = List.copyOf(shape);
        }

        /// {@return the sizes as the array that [Tensors] takes}
        public long[] sizes() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }

        /// {@return the number of elements}
        public long count() {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }

        /// {@return the number of bytes in the file}
        public long bytes() {
            return count() * dtype.bytes();
        }
    }

    /// Opens a file, an index, or a folder that has either.
    ///
    /// @throws SafetensorsException when it is missing or malformed
    public static Safetensors open(Path fileOrFolder) {
        Path source = fileOrFolder;
        if (Files.isDirectory(fileOrFolder)) {
            source = fileOrFolder.resolve(FILE);
            if (!Files.exists(source)) {
                source = fileOrFolder.resolve(INDEX);
            }
            if (!Files.exists(source)) {
                throw new SafetensorsException(fileOrFolder, "has neither " + FILE + " nor " + INDEX);
            }
        }
        return source.toString().endsWith(".index.json") ? openShards(source) : openOne(source);
    }

    private static Safetensors openOne(Path source) {
        var file = SafetensorsFile.open(source);
        var where = new LinkedHashMap<String, Place>();
        file.header().entries().forEach((name, entry) -> where.put(name, new Place(file, entry)));
        return new Safetensors(source, List.of(file), where);
    }

    private static Safetensors openShards(Path index) {
        Map<String, String> shards = SafetensorsIndex.read(index);
        var files = new LinkedHashMap<String, SafetensorsFile>();
        try {
            var where = new LinkedHashMap<String, Place>();
            for (String shard : new TreeSet<>(shards.values())) {
                var file = SafetensorsFile.open(index.resolveSibling(shard));
                files.put(shard, file);
                file.header().entries().forEach((name, entry) -> {
                    if (shard.equals(shards.get(name))) {
                        where.put(name, new Place(file, entry));
                    }
                });
            }
            shards.forEach((name, shard) -> {
                if (!where.containsKey(name)) {
                    throw new SafetensorsException(
                            index,
                            "puts tensor " + SafetensorsException.quoted(name) + " into '" + shard
                                    + "', which does not have it");
                }
            });
            return new Safetensors(index, List.copyOf(files.values()), where);
        } catch (RuntimeException e) {
            files.values().forEach(SafetensorsFile::close);
            throw e;
        }
    }

    /// Writes tensors to a file, whole or not at all: to a temporary name beside it first, forced to the
    /// disk, then renamed. Tensors are written one after another, copied only where not contiguous or not on
    /// the processor.
    ///
    /// @param metadata strings for `__metadata__`, to which `format: pt` is added, as other readers expect
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        SafetensorsWriter.write(file, tensors, metadata);
    }

    /// Writes a model's tensors to a folder: `model.safetensors`, or shards of at most `maxShardBytes` and
    /// their index. Each file appears whole or not at all, and so does the folder when it was empty. To
    /// replace a folder in one step, write a new one and rename it.
    public static void writeFolder(
            Path folder, Map<String, Tensor> tensors, Map<String, String> metadata, long maxShardBytes) {
        SafetensorsShards.write(folder, tensors, metadata, maxShardBytes);
    }

    /// {@return the names of the tensors in the order of the files' headers}
    public Set<String> names() {
        return where.keySet();
    }

    /// {@return type and shape of a tensor, without touching its elements}
    /// @throws SafetensorsException when there is no such tensor
    public Stored info(String name) {
        return place(name).entry.info();
    }

    /// {@return the tensor}
    /// @throws SafetensorsException when there is no such tensor, or its file was cut short since it was opened
    /// @throws IllegalStateException when this was closed
    public Tensor tensor(String name) {
        Place place = place(name);
        return place.file.tensor(name, place.entry);
    }

    /// {@return a tensor's bytes, mapped, without libtorch}
    /// @param arena with which they are unmapped
    /// @throws SafetensorsException when there is no such tensor, or its file was cut short since it was opened
    public MemorySegment bytes(String name, Arena arena) {
        Place place = place(name);
        return place.file.bytes(place.entry, arena);
    }

    /// {@return the strings under `__metadata__` of the (first) file}
    public Map<String, String> metadata() {
        return files.isEmpty() ? Map.of() : files.getFirst().header().metadata();
    }

    /// {@return the files that hold the tensors}
    public List<Path> files() {
        var paths = new ArrayList<Path>();
        files.forEach(file -> paths.add(file.path()));
        return paths;
    }

    /// Closes the files. Tensors read from them stay valid until they or their scopes are closed.
    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }

    private Place place(String name) {
        Place place = where.get(name);
        if (place == null) {
            throw new SafetensorsException(
                    source, "has no tensor " + SafetensorsException.quoted(name) + " among its " + where.size());
        }
        return place;
    }

    private record Place(SafetensorsFile file, SafetensorsHeader.Entry entry) {}
}
