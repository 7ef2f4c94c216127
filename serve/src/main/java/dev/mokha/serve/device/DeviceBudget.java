package dev.mokha.serve.device;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import dev.mokha.serve.model.UnfitOptionException;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.util.Locale;

/// What a device's memory is divided into, before anything is put there.
///
/// @param device where
/// @param memory that it has
/// @param weights bytes of all models' weights
/// @param working bytes that a step computes in, about
public record DeviceBudget(Device device, Device.Memory memory, long weights, long working) {
    /// Of what is free beside weights and steps, so much is for keys and values: allocators leave gaps.
    private static final double SHARE = 0.9;

    private static final double GIB = 1L << 30;

    /// Logits, as they are computed and in float32, and the widest of a layer's rows twice.
    private static final int KEPT = 4;

    /// Of one model.
    ///
    /// @param weights what they are kept in
    /// @param rows of a step, at most
    public static DeviceBudget of(DecoderConfig config, Device device, DType weights, int rows) {
        Experts experts = config.experts();
        long inner = experts == null ? config.intermediateSize() : experts.moeIntermediateSize();
        long row = (long) config.vocabSize() * (weights.bytes() + Float.BYTES)
                + (long) KEPT * weights.bytes() * (2 * inner + config.hiddenSize());
        long gathered = 2L
                * StepGroup.KEYS
                * config.numKeyValueHeads()
                * config.headDim()
                * (weights.bytes() + Float.BYTES); // as they are kept, at most, and as they are computed with
        return new DeviceBudget(
                device, device.memory(), config.parameterCount() * weights.bytes(), rows * row + gathered);
    }

    /// {@return the same with another model beside, which computes in the same memory}
    public DeviceBudget and(DeviceBudget other) {
        return new DeviceBudget(device, memory, weights + other.weights, Math.max(working, other.working));
    }

    /// {@return how many blocks of keys and values there is room for}
    ///
    /// @param block bytes of one
    /// @param asked bytes for all; 0 for as many as are of use
    /// @param useful how many are of use, at most
    /// @throws UnfitOptionException where there is no room
    public int blocks(long block, long asked, long useful) {
        long free = memory.free() - weights - working;
        if (asked > 0) {
            if (asked < block) {
                throw new UnfitOptionException(asked + " bytes for keys and values do not hold one block of 16"
                        + " positions, which takes " + block);
            }
            if (asked > free) {
                throw unfit(asked);
            }
            return (int) Math.min(asked / block, Integer.MAX_VALUE);
        }
        long most = (long) (SHARE * free) / block;
        if (most < 1) {
            throw unfit(block);
        }
        return (int) Math.min(Math.min(most, useful), Integer.MAX_VALUE);
    }

    private UnfitOptionException unfit(long keysAndValues) {
        return new UnfitOptionException(String.format(
                Locale.ROOT,
                "%s has %.2f of %.2f GiB free; weights take %.2f GiB, a step %.2f and keys and values %.2f: say"
                        + " --device-weights bf16, fewer --step-tokens or less --kv-memory, or --device cpu",
                device,
                memory.free() / GIB,
                memory.total() / GIB,
                weights / GIB,
                working / GIB,
                keysAndValues / GIB));
    }
}
