package dev.mokha.serve.model;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.serve.kernel.WeightType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A decoder's weights as they lie in files, by the names of Hugging Face's checkpoints.
public interface WeightSource extends AutoCloseable {
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
    }
}
