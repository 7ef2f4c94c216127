package dev.mokha.language.folder;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.RewardModel;
import dev.mokha.language.encoder.EncoderConfig;
import dev.mokha.language.encoder.EncoderModel;
import dev.mokha.language.encoder.Labels;
import dev.mokha.language.encoder.SequenceClassifier;
import dev.mokha.language.encoder.TokenClassifier;
import dev.mokha.language.packed.PackedLayout;
import dev.mokha.nn.Params;
import dev.mokha.nn.PeftFolder;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Writes a model folder that transformers opens, whole or not at all: into a temporary folder beside it,
/// which then takes its name.
public final class FolderWriter {
    /// Larger models are written in shards, as transformers does.
    private static final long SHARD_BYTES = 5_000_000_000L;

    private FolderWriter() {}

    /// Writes the model with everything that belongs to it; adapters are folded into the weights. A model
    /// folder that stands there already is replaced.
    ///
    /// @param dtype the type of the weights in the file: float32, bfloat16 or float16
    /// @throws IllegalArgumentException when `target` is something other than a model folder or an empty one,
    ///     or when the tokenizer has ids that the model has no row for
    public static void write(Path target, Decoder model, FolderParts parts, DType dtype) {
        String type = typeName(dtype);
        requireReplaceable(target, ModelFolder.CONFIG);
        requireRows(parts.tokenizer(), model.config().vocabSize());
        whole(target, temporary -> {
            Files.writeString(temporary.resolve(ModelFolder.CONFIG), ConfigJson.write(model.config(), type));
            Files.writeString(
                    temporary.resolve(ModelFolder.GENERATION),
                    parts.generation().write());
            writeText(temporary, parts, model.config());
            writeWeights(temporary, model.params(), dtype);
        });
    }

    /// Writes a decoder whose projections are packed, with everything that belongs to it. A model folder that
    /// stands there already is replaced.
    ///
    /// @param tensors by their names in the folder
    /// @throws IllegalArgumentException as [#write]
    public static void writePacked(
            Path target, DecoderConfig config, FolderParts parts, PackedLayout layout, Map<String, Tensor> tensors) {
        requireReplaceable(target, ModelFolder.CONFIG);
        requireRows(parts.tokenizer(), config.vocabSize());
        whole(target, temporary -> {
            Files.writeString(temporary.resolve(ModelFolder.CONFIG), ConfigJson.writePacked(config, layout));
            Files.writeString(
                    temporary.resolve(ModelFolder.GENERATION),
                    parts.generation().write());
            writeText(temporary, parts, config);
            Safetensors.writeFolder(temporary, tensors, Map.of(), SHARD_BYTES);
        });
    }

    /// Writes a reward model with everything that belongs to it; adapters are folded into the weights. A model
    /// folder that stands there already is replaced.
    ///
    /// @param dtype the type of the weights in the file: float32, bfloat16 or float16
    /// @throws IllegalArgumentException when `target` is something other than a model folder or an empty one,
    ///     or when the tokenizer has ids that the model has no row for
    public static void write(Path target, RewardModel model, FolderParts parts, DType dtype) {
        String type = typeName(dtype);
        requireReplaceable(target, ModelFolder.CONFIG);
        requireRows(parts.tokenizer(), model.config().vocabSize());
        whole(target, temporary -> {
            Files.writeString(temporary.resolve(ModelFolder.CONFIG), ConfigJson.writeReward(model.config(), type));
            var special = GenerationConfig.of(model.config().special()); // the padding is the model's
            writeText(temporary, parts.withGeneration(special), model.config());
            writeWeights(temporary, model.params(), dtype);
        });
    }

    /// Tokenizer and chat template.
    private static void writeText(Path folder, FolderParts parts, DecoderConfig config) throws IOException {
        writeTokenizer(folder, parts.tokenizer(), parts.completeTokenizerConfig(config.maxPositionEmbeddings()));
        if (parts.chatTemplate() != null) {
            Files.writeString(folder.resolve(ModelFolder.CHAT_TEMPLATE), parts.chatTemplate());
        }
    }

    /// Writes the adapters of a decoder, where it has some, as PEFT keeps them, which opens them upon the
    /// base. An adapter folder that stands there already is replaced.
    ///
    /// @param base the name or path of the model that was adapted
    /// @throws IllegalArgumentException when `target` is something other than an adapter folder or an empty one
    public static void writeAdapterIfAny(Path target, Decoder model, String base) {
        if (model.params().adapters().byPath().isEmpty()) {
            return;
        }
        requireReplaceable(target, PeftFolder.CONFIG);
        whole(target, temporary -> PeftFolder.write(temporary, model.params(), base, "CAUSAL_LM"));
    }

    /// Writes an encoder with its head and everything that belongs to it; adapters are folded into the
    /// weights. A model folder that stands there already is replaced.
    ///
    /// @param dtype the type of the weights in the file: float32, bfloat16 or float16
    /// @throws IllegalArgumentException when `target` is something other than a model folder or an empty one,
    ///     or when the tokenizer has ids that the model has no row for
    public static void write(Path target, EncoderModel model, EncoderParts parts, DType dtype) {
        String type = typeName(dtype);
        requireReplaceable(target, ModelFolder.CONFIG);
        EncoderConfig config = parts.config() == null ? model.config() : parts.config();
        requireRows(parts.tokenizer(), config.vocabSize());
        @Nullable Labels labels = parts.labels() != null ? parts.labels() : labels(model);
        whole(target, temporary -> {
            Files.writeString(
                    temporary.resolve(ModelFolder.CONFIG),
                    EncoderJson.write(config, model.architecture(), labels, type));
            writeTokenizer(temporary, parts.tokenizer(), parts.completeTokenizerConfig(config));
            writeWeights(temporary, model.params(), dtype);
        });
    }

    private static @Nullable Labels labels(EncoderModel model) {
        return switch (model) {
            case SequenceClassifier classifier -> classifier.labels();
            case TokenClassifier classifier -> classifier.labels();
            default -> null;
        };
    }

    private interface Filling {
        void fill(Path folder) throws IOException;
    }

    /// Fills a temporary folder, which then takes the target's name.
    private static void whole(Path target, Filling filling) {
        Path absolute = target.toAbsolutePath().normalize();
        Path temporary = sibling(absolute, "new");
        try {
            Files.createDirectories(temporary);
            filling.fill(temporary);
            replace(absolute, temporary);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the model folder " + target + ": " + e.getMessage(), e);
        } finally {
            deleteQuietly(temporary);
        }
    }

    private static void writeTokenizer(Path folder, @Nullable Tokenizer tokenizer, Map<String, Object> config)
            throws IOException {
        if (tokenizer != null) {
            tokenizer.save(folder.resolve(ModelFolder.TOKENIZER));
            Files.writeString(folder.resolve(ModelFolder.TOKENIZER_CONFIG), JsonKeys.text(config));
        }
    }

    private static void writeWeights(Path folder, Params params, DType dtype) {
        try (var _ = Scope.open("weights to write");
                var _ = Gradients.off()) {
            var tensors = new LinkedHashMap<String, Tensor>();
            params.merged().forEach((name, tensor) -> tensors.put(name, tensor.to(dtype)));
            Safetensors.writeFolder(folder, tensors, Map.of(), SHARD_BYTES);
        }
    }

    /// `config.json` is written with the name that transformers gives the type.
    private static String typeName(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> "float32";
            case BFLOAT16 -> "bfloat16";
            case FLOAT16 -> "float16";
            case FLOAT64, FLOAT8_E4M3, FLOAT8_E5M2, INT64, INT32, INT16, INT8, UINT64, UINT32, UINT16, UINT8, BOOL ->
                throw new IllegalArgumentException(
                        "a model folder holds float32, bfloat16 or float16 weights, not " + dtype);
        };
    }

    private static void requireRows(@Nullable Tokenizer tokenizer, int rows) {
        if (tokenizer != null && tokenizer.idBound() > rows) {
            throw new IllegalArgumentException("the tokenizer has ids up to " + (tokenizer.idBound() - 1)
                    + ", the model " + rows + " rows; resize the model first");
        }
    }

    /// @param config the file by which a folder of the same kind is known
    private static void requireReplaceable(Path target, String config) {
        if (!Files.exists(target)) {
            return;
        }
        try {
            if (Files.isDirectory(target)) {
                if (Files.exists(target.resolve(config))) {
                    return;
                }
                try (var children = Files.list(target)) {
                    if (children.findAny().isEmpty()) {
                        return;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into " + target + ": " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(target + " exists and is not a model folder (it has no " + config
                + "); it is not overwritten: choose another name");
    }

    private static void replace(Path target, Path fresh) throws IOException {
        @Nullable Path old = null;
        if (Files.exists(target)) {
            old = sibling(target, "old");
            Files.move(target, old);
        }
        Files.move(fresh, target);
        if (old != null) {
            deleteQuietly(old);
        }
    }

    private static Path sibling(Path target, String kind) {
        return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + "." + kind);
    }

    /// Leftovers do no harm; failing because of them would.
    private static void deleteQuietly(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException _) {
            // stays behind under its temporary name
        }
    }
}
