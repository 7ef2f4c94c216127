package dev.mokha.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Splits a model over files as Hugging Face does: tensors in their order, a new shard where the next one would make
/// the shard larger than allowed, one file without an index when everything fits.
final class SafetensorsShards {
    private static final Pattern SHARD = Pattern.compile("model-\\d{5}-of-\\d{5}\\.safetensors");

    private SafetensorsShards() {}

    /// Writes the shards, then the index, then removes the weights of an earlier write that are now unused.
    static void write(Path folder, Map<String, Tensor> tensors, Map<String, String> metadata, long maxShardBytes) {
        if (maxShardBytes < 1) {
            throw new IllegalArgumentException("a shard holds at least 1 byte, not " + maxShardBytes);
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new SafetensorsException(folder, "cannot be made: " + e, e);
        }
        List<Map<String, Tensor>> shards = split(tensors, maxShardBytes);
        Set<String> written = new HashSet<>();
        if (shards.size() == 1) {
            SafetensorsWriter.write(folder.resolve(Safetensors.FILE), tensors, metadata);
            written.add(Safetensors.FILE);
        } else {
            var where = new LinkedHashMap<String, String>();
            long bytes = 0;
            long elements = 0;
            for (int i = 0; i < shards.size(); i++) {
                String name = String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
                SafetensorsWriter.write(folder.resolve(name), shards.get(i), metadata);
                written.add(name);
                for (var entry : shards.get(i).entrySet()) {
                    where.put(entry.getKey(), name);
                    bytes += bytes(entry.getValue());
                    elements += entry.getValue().count();
                }
            }
            SafetensorsIndex.write(folder.resolve(Safetensors.INDEX), where, bytes, elements);
            written.add(Safetensors.INDEX);
        }
        removeUnused(folder, written);
    }

    private static List<Map<String, Tensor>> split(Map<String, Tensor> tensors, long maxShardBytes) {
        List<Map<String, Tensor>> shards = new ArrayList<>();
        Map<String, Tensor> shard = new LinkedHashMap<>();
        long size = 0;
        for (var entry : tensors.entrySet()) {
            long bytes = bytes(entry.getValue());
            if (!shard.isEmpty() && size + bytes > maxShardBytes) {
                shards.add(shard);
                shard = new LinkedHashMap<>();
                size = 0;
            }
            shard.put(entry.getKey(), entry.getValue());
            size += bytes;
        }
        shards.add(shard);
        return shards;
    }

    private static long bytes(Tensor tensor) {
        return tensor.count() * tensor.dtype().bytes();
    }

    private static void removeUnused(Path folder, Set<String> written) {
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                boolean weights = name.equals(Safetensors.FILE)
                        || name.equals(Safetensors.INDEX)
                        || SHARD.matcher(name).matches();
                if (weights && !written.contains(name)) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new SafetensorsException(folder, "keeps weights of an earlier write: " + e, e);
        }
    }
}
