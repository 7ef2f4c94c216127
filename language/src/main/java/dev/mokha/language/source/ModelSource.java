package dev.mokha.language.source;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.GenerationConfig;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.gguf.GgufModel;
import dev.mokha.nn.Loading;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A decoder with all that belongs to it, as somebody gave it: a Hugging Face folder, or a GGUF file.
///
/// ```java
/// try (var source = ModelSource.open(path);
///         var decoder = source.decoder(Loading.forUse(Device.CPU))) {
///     …
/// }
/// ```
public sealed interface ModelSource extends AutoCloseable {
    /// Opens a folder or a `.gguf` file; the caller closes it.
    ///
    /// @throws IllegalArgumentException when it is neither, malformed, or a model that is not computed here
    static ModelSource open(Path path) {
        return isGguf(path) ? new Gguf(GgufModel.open(path)) : new Folder(ModelFolder.open(path));
    }

    /// {@return whether a path is that of a GGUF file: by its ending, and it is no folder}
    static boolean isGguf(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".gguf") && !Files.isDirectory(path);
    }

    /// {@return the folder or file}
    Path path();

    /// {@return the model's shape}
    DecoderConfig config();

    /// {@return how it is meant to be sampled}
    GenerationConfig generation();

    /// Reads the tokenizer.
    ///
    /// @throws IllegalArgumentException when there is none
    Tokenizer tokenizer();

    /// {@return how a conversation becomes a prompt; null for a model that does not chat}
    @Nullable
    ChatTemplate chatTemplate();

    /// {@return all that a folder with other weights takes along; without a tokenizer where there is none}
    FolderParts parts();

    /// Makes the model, which stays usable when this is closed.
    ///
    /// @throws IllegalArgumentException when weights are missing, left over or of another shape
    Decoder decoder(Loading loading);

    @Override
    void close();

    /// A Hugging Face folder.
    record Folder(ModelFolder folder) implements ModelSource {
        @Override
        public Path path() {
            return folder.path();
        }

        @Override
        public DecoderConfig config() {
            return folder.config();
        }

        @Override
        public GenerationConfig generation() {
            return folder.generation();
        }

        @Override
        public Tokenizer tokenizer() {
            return folder.tokenizer();
        }

        @Override
        public @Nullable ChatTemplate chatTemplate() {
            return folder.chatTemplate() == null ? null : ChatTemplate.of(folder.path());
        }

        @Override
        public FolderParts parts() {
            return folder.parts();
        }

        @Override
        public Decoder decoder(Loading loading) {
            return folder.decoder(loading);
        }

        /// A folder is not kept open.
        @Override
        public void close() {}
    }

    /// A GGUF file.
    record Gguf(GgufModel model) implements ModelSource {
        @Override
        public Path path() {
            return model.file().path();
        }

        @Override
        public DecoderConfig config() {
            return model.config();
        }

        @Override
        public GenerationConfig generation() {
            return model.generation();
        }

        @Override
        public Tokenizer tokenizer() {
            return model.tokenizer();
        }

        @Override
        public @Nullable ChatTemplate chatTemplate() {
            return model.chatTemplate();
        }

        @Override
        public FolderParts parts() {
            @Nullable ChatTemplate template = chatTemplate();
            return new FolderParts(
                    generation(),
                    model.hasTokenizer() ? tokenizer() : null,
                    Map.of(),
                    template == null ? null : template.source());
        }

        @Override
        public Decoder decoder(Loading loading) {
            return model.decoder(loading);
        }

        @Override
        public void close() {
            model.close();
        }
    }
}
