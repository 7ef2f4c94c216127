package dev.mokha.serve.model;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.source.ModelSource;
import dev.mokha.serve.kernel.WeightType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A decoder's weights as they lie in files, by the names of Hugging Face's checkpoints.
public interface WeightSource extends AutoCloseable {
    /// Opens a model's weights as they are stored.
    ///
    /// @param source stays the caller's
    static WeightSource of(ModelSource source) {
        return switch (source) {
            case ModelSource.Folder folder -> new FolderWeights(folder.path());
            case ModelSource.Gguf gguf -> new GgufSource(gguf.model());
        };
    }

    /// {@return the model's shape}
    DecoderConfig config();

    /// {@return the tensor, or null where there is none of that name}
    @Nullable
    Rows find(String name);

    /// {@return the tensor}
    /// @throws IllegalArgumentException when there is none of that name
    default Rows rows(String name) {
        Rows rows = find(name);
        if (rows == null) {
            throw new IllegalArgumentException("the model has no tensor '" + name + "'");
        }
        return rows;
    }

    /// {@return what reading has changed in the numbers, for people; null for nothing}
    default @Nullable String loss() {
        return null;
    }

    /// Closes the files; what was given is no longer valid.
    @Override
    void close();

    /// A matrix's rows, or a vector as one row.
    ///
    interface Rows {
        /// {@return how numbers are stored}
        WeightType type();

        /// {@return how many rows there are}
        int count();

        /// {@return how many numbers a row has}
        int width();

        /// {@return a row's bytes}
        MemorySegment row(int index);

        /// Lets go of the memory behind rows that were read, where it is a mapped file's; they can be
        /// read again.
        default void release(int from, int to) {}
    }
}
