package dev.mokha.language.decoder;

import dev.mokha.tensor.Tensor;

/// What a server's step changes in what projections give, row by row, as adapters do.
public interface StepChanges {
    /// The projections of a layer that can be changed.
    enum Place {
        QUERY,
        KEY,
        VALUE,
        OUTPUT,
        GATE,
        UP,
        DOWN
    }

    /// {@return the output, changed; `[1, rows, outputs]`}
    ///
    /// @param layer whose projection it is, from 0
    /// @param input of the projection, `[1, rows, inputs]`
    /// @param output of the model's own weights, `[1, rows, outputs]`
    Tensor change(int layer, Place place, Tensor input, Tensor output);
}
