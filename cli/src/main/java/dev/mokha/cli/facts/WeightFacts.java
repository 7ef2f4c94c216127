package dev.mokha.cli.facts;

import dev.mokha.language.gguf.GgufFile;
import dev.mokha.language.gguf.GgufTensor;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The tensors of a safetensors file or folder, or of a GGUF file, from the headers alone.
///
/// @param files how many files hold them
/// @param fileBytes the size of those files
/// @param tensors what is known of each, in the order of the files
/// @param metadata the strings of the first safetensors file's `__metadata__`
public record WeightFacts(int files, long fileBytes, Map<String, TensorFacts> tensors, Map<String, String> metadata) {
    /// Float32 weights, gradients and AdamW's two moments.
    private static final int TRAINING_BYTES = 16;

    /// A tensor as stored.
    ///
    /// @param type what its elements are called there, such as `BF16` or `Q4_K`
    /// @param shape its sizes, outermost first
    /// @param isNumber whether the elements are numbers of a model, not indices or flags
    public record TensorFacts(String type, List<Long> shape, long elements, long bytes, boolean isNumber) {
        public TensorFacts {
            shape = List.copyOf(shape);
        }

        private static TensorFacts of(Safetensors.Stored stored) {
            DType type = stored.dtype();
            return new TensorFacts(type.label(), stored.shape(), stored.count(), stored.bytes(), type.isFloating());
        }

        private static TensorFacts of(GgufTensor tensor) {
            return new TensorFacts(tensor.type().name(), tensor.shape(), tensor.count(), tensor.bytes(), true);
        }
    }

    /// What one element type takes.
    record Share(long tensors, long elements, long bytes) {
        Share plus(Share other) {
            return new Share(tensors + other.tensors, elements + other.elements, bytes + other.bytes);
        }
    }

    /// Reads the headers of safetensors files.
    public static WeightFacts of(Path fileOrFolder) {
        try (var weights = Safetensors.open(fileOrFolder)) {
            var tensors = new LinkedHashMap<String, TensorFacts>();
            weights.names().forEach(name -> tensors.put(name, TensorFacts.of(weights.info(name))));
            long bytes = 0;
            for (Path file : weights.files()) {
                bytes += Files.size(file);
            }
            return new WeightFacts(weights.files().size(), bytes, tensors, weights.metadata());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Takes what the header of a GGUF file says.
    static WeightFacts of(GgufFile file) {
        try {
            var tensors = new LinkedHashMap<String, TensorFacts>();
            file.tensors().forEach((name, tensor) -> tensors.put(name, TensorFacts.of(tensor)));
            return new WeightFacts(1, Files.size(file.path()), tensors, Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// {@return the number of elements of all tensors with a floating type}
    public long parameters() {
        return tensors.values().stream()
                .filter(TensorFacts::isNumber)
                .mapToLong(TensorFacts::elements)
                .sum();
    }

    /// {@return the bytes of the elements as they are stored}
    public long bytes() {
        return tensors.values().stream().mapToLong(TensorFacts::bytes).sum();
    }

    /// {@return the memory that training all of them with AdamW takes, activations not counted}
    public long trainingBytes() {
        return parameters() * TRAINING_BYTES;
    }

    /// {@return the sums for each element type}
    Map<String, Share> shares() {
        var shares = new TreeMap<String, Share>();
        for (var one : tensors.values()) {
            shares.merge(one.type(), new Share(1, one.elements(), one.bytes()), Share::plus);
        }
        return shares;
    }

    ObjectNode json(boolean listed) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("files", files).put("file_bytes", fileBytes).put("parameters", parameters());
        var types = json.putObject("dtypes");
        shares().forEach((type, share) -> types.putObject(type)
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
                var entry = list.addObject().put("name", name).put("dtype", stored.type());
                var shape = entry.putArray("shape");
                stored.shape().forEach(shape::add);
            });
        }
        return json;
    }
}
