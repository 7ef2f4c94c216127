package dev.mokha.serve.engine;

import dev.mokha.language.source.ModelSource;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.device.DeviceBudget;
import dev.mokha.serve.device.DeviceOptions;
import dev.mokha.serve.device.DeviceSteps;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.WeightType;
import dev.mokha.serve.model.UnfitOptionException;
import dev.mokha.serve.model.Visible;
import dev.mokha.serve.model.WeightSource;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Engine;
import org.jspecify.annotations.Nullable;

/// Opens models whose steps libtorch computes, on a GPU or on the processor.
final class DeviceModels {
    private final EngineOptions options;
    private final DeviceOptions asked;
    private final Device device;

    private DeviceModels(EngineOptions options, DeviceOptions asked) {
        this.options = options;
        this.asked = asked;
        this.device = asked.device();
    }

    /// @param smaller that drafts; null for none
    /// @param context the longest sequence
    /// @throws UnfitOptionException when a device cannot do what is asked for, or has no room
    static Computing open(
            ModelSource source,
            Computing.@Nullable SmallerSource smaller,
            EngineOptions options,
            DeviceOptions asked,
            int context) {
        if (options.compute().weights() != null) {
            throw new UnfitOptionException("--weights rounds for the processor's own kernels; leave it out on "
                    + asked.device() + " (see --device-weights), or say --device cpu");
        }
        if (options.compute().exit() != null) {
            throw new UnfitOptionException("--exit-above is computed by the processor's own kernels; leave it out on "
                    + asked.device() + ", or say --device cpu");
        }
        if (options.compute().threads() > 0) {
            Engine.threads(options.compute().threads());
        }
        return new DeviceModels(options, asked).open(source, smaller, context);
    }

    private Computing open(ModelSource source, Computing.@Nullable SmallerSource smaller, int context) {
        var memory = options.memory();
        DType weights = weights(source);
        KeyValueType type = memory.keyValuesOr(keyValues(weights));
        int rows = options.load().stepTokens() + Speculator.moreRows(options.speculation());
        int draftRows = Computing.draftRows(options);
        long block = DeviceSteps.blockBytes(source.config(), type);
        var budget = DeviceBudget.of(source.config(), device, weights, rows);
        if (smaller != null) {
            var config = smaller.source().config();
            budget = budget.and(DeviceBudget.of(config, device, weights(smaller.source()), draftRows));
            block += DeviceSteps.blockBytes(config, type);
        }
        Window window = Visible.of(source.config(), memory.window(), context);
        long longest = KeyValueMemory.longest(window, rows, context);
        long useful = device.kind() == Device.Kind.CPU
                ? KeyValueMemory.usual(longest, block)
                : longest * options.load().sequences();
        int blocks = budget.blocks(block, memory.keyValueBytes(), useful);
        int spare = Speculator.spareBlocks(options.speculation());
        int slots = memory.hostBlocks();
        var room = new DeviceSteps.Room(type, blocks, spare, slots, rows, context);
        var model = new DeviceSteps(source, device, weights, memory.window(), room);
        try {
            return new Computing(
                    model, smaller == null ? null : drafting(smaller, type, blocks, draftRows), loss(source, weights));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private Computing.Smaller drafting(Computing.SmallerSource smaller, KeyValueType type, int blocks, int rows) {
        var room = new DeviceSteps.Room(type, blocks, 0, options.memory().hostBlocks(), rows, smaller.context());
        var model = new DeviceSteps(smaller.source(), device, weights(smaller.source()), Window.ALL, room);
        return new Computing.Smaller(model, smaller.context());
    }

    /// Weights stay what they are where a device computes with that; quantised ones become bfloat16. On the
    /// processor, and in exact arithmetic, all are float32.
    private DType weights(ModelSource source) {
        if (asked.weights() != null) {
            return asked.weights();
        }
        if (device.kind() == Device.Kind.CPU || options.compute().arithmetic() == Arithmetic.EXACT) {
            return DType.FLOAT32;
        }
        return switch (stored(source)) {
            case F32 -> DType.FLOAT32;
            case F16 -> DType.FLOAT16;
            default -> DType.BFLOAT16;
        };
    }

    private static WeightType stored(ModelSource source) {
        try (WeightSource weights = WeightSource.of(source)) {
            return weights.rows("model.layers.0.self_attn.q_proj.weight").type();
        }
    }

    private static KeyValueType keyValues(DType weights) {
        return switch (weights) {
            case FLOAT16 -> KeyValueType.F16;
            case BFLOAT16 -> KeyValueType.BF16;
            default -> KeyValueType.F32;
        };
    }

    private @Nullable String loss(ModelSource source, DType weights) {
        WeightType stored = stored(source);
        boolean same = weights == DType.FLOAT32
                || stored.name().equals(keyValues(weights).name());
        return same
                ? null
                : "weights that are stored as " + stored + " are rounded to " + keyValues(weights) + " on " + device;
    }
}
