package dev.mokha.nn;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import org.jspecify.annotations.Nullable;

/// How a checkpoint becomes parameters.
///
/// @param dtype what floating-point parameters are converted to; null keeps the checkpoint's type
/// @param device where they go
/// @param trainable whether they ask for gradients; such parameters are copies, others may be the mapped file itself
/// @param renames from the model's names to the checkpoint's
/// @param fresh pattern of names that may be missing, as a new head is: these are drawn with `seed`
/// @param seed for parameters that are drawn, and for dropout
/// @param int8 which projections are kept in 8-bit integers; null for none
public record Loading(
        @Nullable DType dtype,
        Device device,
        boolean trainable,
        Renames renames,
        String fresh,
        long seed,
        @Nullable Int8 int8) {
    private static final String NOTHING = "(?!)";

    public Loading {
        if (dtype != null && !dtype.isFloating()) {
            throw new IllegalArgumentException("parameters have a floating-point type, not " + dtype);
        }
        if (trainable && int8 != null) {
            throw new IllegalArgumentException("int8 projections have no gradients, so they cannot be trained;"
                    + " quantise a model for use, after training: Loading.forUse(device).quantized(Int8.dynamic())");
        }
    }

    /// Float32 copies that ask for gradients.
    public static Loading forTraining(Device device) {
        return new Loading(DType.FLOAT32, device, true, Renames.none(), NOTHING, 0, null);
    }

    /// The checkpoint's own type, without gradients, and without a copy where the device allows.
    public static Loading forUse(Device device) {
        return new Loading(null, device, false, Renames.none(), NOTHING, 0, null);
    }

    /// {@return the same with another type}
    public Loading as(DType dtype) {
        return new Loading(dtype, device, trainable, renames, fresh, seed, int8);
    }

    /// {@return the same with a table of names}
    public Loading renaming(Renames renames) {
        return new Loading(dtype, device, trainable, renames, fresh, seed, int8);
    }

    /// {@return the same, where names that match may be missing and are drawn}
    public Loading drawing(String fresh) {
        return new Loading(dtype, device, trainable, renames, fresh, seed, int8);
    }

    /// {@return the same with another seed}
    public Loading seed(long seed) {
        return new Loading(dtype, device, trainable, renames, fresh, seed, int8);
    }

    /// {@return the same with some projections in 8-bit integers: for inference on the processor}
    /// @throws IllegalArgumentException when the parameters are to be trained
    public Loading quantized(Int8 int8) {
        return new Loading(dtype, device, trainable, renames, fresh, seed, int8);
    }
}
