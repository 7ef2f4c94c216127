package dev.mokha.language.official;

import dev.mokha.nn.Weights;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A TensorFlow checkpoint: `NAME.index`, a table of where each tensor lies, and `NAME.data-00000-of-00001`,
/// their bytes. Its float32 tensors are given out under the names they have there; counters and texts are
/// left out.
///
/// Only what TensorFlow writes on its own is read: version 2 of the format, little-endian, not compressed,
/// not in slices.
public final class TensorFlowCheckpoint implements Weights {
    private static final long LARGEST_INDEX = 64L << 20;

    private final Path index;
    private final int shards;
    private final Map<String, BundleEntry> entries;

    private TensorFlowCheckpoint(Path index, int shards, Map<String, BundleEntry> entries) {
        this.index = index;
        this.shards = shards;
        this.entries = entries;
    }

    /// Opens a checkpoint; tensors are read when they are asked for.
    ///
    /// @param index the file that ends in `.index`
    /// @throws CheckpointException when it is damaged or of a form that is not read here
    public static TensorFlowCheckpoint open(Path index) {
        Map<String, byte[]> table = TableFile.read(index, bytes(index));
        byte @Nullable [] header = table.remove("");
        if (header == null) {
            throw new CheckpointException(index + " is no index of a TensorFlow checkpoint: it has no header");
        }
        BundleEntry head = BundleEntry.parse("its header", header); // fields 1 and 2: shards, byte order
        var floats = new TreeMap<String, BundleEntry>();
        table.forEach((name, proto) -> {
            BundleEntry entry = BundleEntry.parse(name, proto);
            if (entry.dtype() == BundleEntry.FLOAT) {
                requireWhole(index, name, entry);
                floats.put(name, entry);
            }
        });
        return new TensorFlowCheckpoint(index, head.dtype(), Collections.unmodifiableMap(floats));
    }

    private static byte[] bytes(Path index) {
        try {
            if (Files.size(index) > LARGEST_INDEX) {
                throw new CheckpointException(
                        index + " has more than 64 MiB; no checkpoint's index is that large: is it the data file?");
            }
            return Files.readAllBytes(index);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + index + ": " + e.getMessage(), e);
        }
    }

    private static void requireWhole(Path index, String name, BundleEntry entry) {
        boolean fits;
        try {
            fits = Math.multiplyExact(4, entry.count()) == entry.size() && entry.size() <= Integer.MAX_VALUE;
        } catch (ArithmeticException _) {
            fits = false;
        }
        if (!fits) {
            throw new CheckpointException(index + " is damaged: " + name + " has a shape of "
                    + Arrays.toString(entry.shape()) + " but " + entry.size() + " bytes");
        }
    }

    @Override
    public String origin() {
        return index.toString();
    }

    @Override
    public Set<String> names() {
        return entries.keySet();
    }

    @Override
    public long[] shape(String name) {
        return entry(name).shape().clone();
    }

    @Override
    public Tensor tensor(String name) {
        BundleEntry entry = entry(name);
        Path data = dataFile(entry.shard());
        ByteBuffer bytes = ByteBuffer.allocate((int) entry.size()).order(ByteOrder.LITTLE_ENDIAN);
        try (var channel = FileChannel.open(data)) {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, entry.offset() + bytes.position()) < 0) {
                    throw new CheckpointException(data + " ends within " + name + "; copy the file again");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + data + ": " + e.getMessage(), e);
        }
        var crc = new CRC32C();
        crc.update(bytes.array());
        if (TableFile.masked(crc) != entry.crc()) {
            throw new CheckpointException(data + " is damaged: the checksum of " + name + " differs; copy it again");
        }
        float[] values = new float[bytes.capacity() / 4];
        bytes.flip().asFloatBuffer().get(values);
        return Tensors.of(values, entry.shape());
    }

    @Override
    public String file(String name) {
        return dataFile(entry(name).shard()).toString();
    }

    private Path dataFile(int shard) {
        String base = index.getFileName().toString().replaceFirst("\\.index$", "");
        return index.resolveSibling(String.format(Locale.ROOT, "%s.data-%05d-of-%05d", base, shard, shards));
    }

    private BundleEntry entry(String name) {
        @Nullable BundleEntry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("no tensor '" + name + "' in " + index);
        }
        return entry;
    }

    @Override
    public void close() {
        // files are opened for each read
    }
}
