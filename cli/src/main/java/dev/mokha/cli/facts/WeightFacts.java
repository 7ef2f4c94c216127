package dev.mokha.cli.facts;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The tensors of a safetensors file or folder, from the headers alone.
///
/// @param files how many files hold them
/// @param fileBytes the size of those files
/// @param tensors type and shape of each, in the order of the files
/// @param metadata the strings of the first file's `__metadata__`
public record WeightFacts(
        int files, long fileBytes, Map<String, Safetensors.Stored> tensors, Map<String, String> metadata) {
    /// Float32 weights, gradients and AdamW's two moments.
    private static final int TRAINING_BYTES = 16;

    /// What one element type takes.
    record Share(long tensors, long elements, long bytes) {
        Share plus(Safetensors.Stored stored) {
            return new Share(tensors + 1, elements + stored.count(), bytes + stored.bytes());
        }
    }

    /// Reads the headers.
    public static WeightFacts of(Path fileOrFolder) {
        try (var weights = Safetensors.open(fileOrFolder)) {
            var tensors = new LinkedHashMap<String, Safetensors.Stored>();
            weights.names().forEach(name -> tensors.put(name, weights.info(name)));
            long bytes = 0;
            for (Path file : weights.files()) {
                bytes += Files.size(file);
            }
            return new WeightFacts(weights.files().size(), bytes, tensors, weights.metadata());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// {@return the number of elements of all tensors with a floating type}
    public long parameters() {
        return tensors.values().stream()
                .filter(stored -> stored.dtype().isFloating())
                .mapToLong(Safetensors.Stored::count)
                .sum();
    }

    /// {@return the bytes of the elements as they are stored}
    public long bytes() {
        return tensors.values().stream().mapToLong(Safetensors.Stored::bytes).sum();
    }

    /// {@return the memory that training all of them with AdamW takes, activations not counted}
    public long trainingBytes() {
        return parameters() * TRAINING_BYTES;
    }

    /// {@return the sums for each element type}
    Map<DType, Share> shares() {
        var shares = new EnumMap<DType, Share>(DType.class);
        for (var stored : tensors.values()) {
            shares.merge(stored.dtype(), new Share(0, 0, 0).plus(stored), (sum, _) -> sum.plus(stored));
        }
        return shares;
    }

    ObjectNode json(boolean listed) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("files", files).put("file_bytes", fileBytes).put("parameters", parameters());
        var types = json.putObject("dtypes");
        shares().forEach((type, share) -> types.putObject(type.label())
                .put("tensors", share.tensors())
                .put("elements", share.elements())
                .put("bytes", share.bytes()));
        json.putObject("memory_bytes")
                .put("as_stored", bytes())
                .put("float32", parameters() * DType.FLOAT32.bytes())
                .put("bfloat16", parameters() * DType.BFLOAT16.bytes())
                .put("training_adamw_without_activations", trainingBytes());
        var strings = json.putObject("metadata");
        metadata.forEach(strings::put);
        if (listed) {
            var list = json.putArray("tensors");
            tensors.forEach((name, stored) -> {
                var entry = list.addObject().put("name", name);
                entry.put("dtype", stored.dtype().label());
                var shape = entry.putArray("shape");
                stored.shape().forEach(shape::add);
            });
        }
        return json;
    }
}
