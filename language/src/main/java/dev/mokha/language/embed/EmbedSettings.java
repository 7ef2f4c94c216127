package dev.mokha.language.embed;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How texts become vectors.
///
/// @param pooling how the tokens' vectors become one
/// @param normalize whether a vector is divided by its length, so that a dot product is a cosine
/// @param size the first so many dimensions are kept, for models trained for it
///     ([Kusupati et al. 2022](https://arxiv.org/abs/2205.13147)); null for all
/// @param maxLength tokens that are read of a text, special ones included; null for what the model can read
/// @param lowercase whether texts are put into lower case before the tokenizer sees them
/// @param batch texts that the model reads at once
public record EmbedSettings(
        Pooling pooling,
        boolean normalize,
        @Nullable Integer size,
        @Nullable Integer maxLength,
        boolean lowercase,
        int batch) {
    public EmbedSettings {
        if (size != null && size < 1) {
            throw new IllegalArgumentException("a vector has at least 1 dimension, not " + size);
        }
        if (maxLength != null && maxLength < 3) {
            throw new IllegalArgumentException(
                    "a maximum length of " + maxLength + " leaves no room for text; take 3 tokens or more");
        }
        if (batch < 1) {
            throw new IllegalArgumentException("a batch has at least 1 text, not " + batch);
        }
    }

    /// The mean of all tokens, normalised.
    public static EmbedSettings standard() {
        return new EmbedSettings(Pooling.MEAN, true, null, null, false, 32);
    }

    /// {@return what a folder of sentence-transformers says; for another folder [#standard]}
    /// @throws IllegalArgumentException when it asks for a module or a pooling that is not computed
    public static EmbedSettings of(Path folder) {
        return SentenceFolder.of(folder).settings();
    }

    public EmbedSettings withPooling(Pooling pooling) {
        return new EmbedSettings(pooling, normalize, size, maxLength, lowercase, batch);
    }

    public EmbedSettings withNormalize(boolean normalize) {
        return new EmbedSettings(pooling, normalize, size, maxLength, lowercase, batch);
    }

    public EmbedSettings withSize(@Nullable Integer size) {
        return new EmbedSettings(pooling, normalize, size, maxLength, lowercase, batch);
    }

    public EmbedSettings withMaxLength(@Nullable Integer maxLength) {
        return new EmbedSettings(pooling, normalize, size, maxLength, lowercase, batch);
    }

    public EmbedSettings withBatch(int batch) {
        return new EmbedSettings(pooling, normalize, size, maxLength, lowercase, batch);
    }
}
