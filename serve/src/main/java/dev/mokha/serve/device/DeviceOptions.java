package dev.mokha.serve.device;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import org.jspecify.annotations.Nullable;

/// Where libtorch computes a server's steps, and in what.
///
/// @param device a GPU, or the processor, which is for tests and comparisons
/// @param weights what they are kept in: float32, float16 or bfloat16; null for what suits the model
///     and the device
public record DeviceOptions(Device device, @Nullable DType weights) {
    public DeviceOptions {
        if (weights != null && weights != DType.FLOAT32 && weights != DType.FLOAT16 && weights != DType.BFLOAT16) {
            throw new IllegalArgumentException("a device keeps weights as f32, f16 or bf16, not as " + weights);
        }
    }

    /// With weights in what suits.
    public static DeviceOptions on(Device device) {
        return new DeviceOptions(device, null);
    }

    /// {@return the same with weights kept so}
    public DeviceOptions withWeights(DType weights) {
        return new DeviceOptions(device, weights);
    }
}
