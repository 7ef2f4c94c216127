package dev.mokha.serve.engine;

import dev.mokha.language.source.ModelSource;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.kernel.Kernels;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.NativeKernels;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.kernel.VectorKernels;
import dev.mokha.serve.model.EarlyExit;
import dev.mokha.serve.model.KeyValueStore;
import dev.mokha.serve.model.PackedDecoder;
import dev.mokha.serve.model.PackedSteps;
import dev.mokha.serve.model.WeightSource;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Opens models whose steps the processor computes, over packed weights.
final class PackedModels {
    private static final String VECTORS = "jdk.incubator.vector";

    private final EngineOptions options;
    private final Team team;
    private final Kernels kernels = kernels();
    private final ArrayDeque<Runnable> opened = new ArrayDeque<>();

    private PackedModels(EngineOptions options, Team team) {
        this.options = options;
        this.team = team;
    }

    /// @param smaller that drafts; null for none
    /// @param context the longest sequence
    static Computing open(
            ModelSource source,
            Computing.@Nullable SmallerSource smaller,
            EngineOptions options,
            Team team,
            int context) {
        var models = new PackedModels(options, team);
        try {
            return models.open(source, smaller, context);
        } catch (RuntimeException e) {
            models.opened.forEach(Runnable::run);
            throw e;
        }
    }

    private Computing open(ModelSource source, Computing.@Nullable SmallerSource smaller, int context) {
        @Nullable EarlyExit exit = options.compute().exit();
        if (exit != null) {
            exit.check(source.config().numHiddenLayers());
        }
        var memory = options.memory();
        KeyValueType type = memory.keyValuesOr(KeyValueType.F16);
        int rows = options.load().stepTokens() + Speculator.moreRows(options.speculation());
        try (WeightSource weights = Computing.weights(source, options.compute().weights())) {
            var model = decoder(weights, rows, context, memory.window());
            long block = KeyValueStore.blockBytes(model.config(), type);
            @Nullable PackedDecoder draft = smaller == null ? null : drafting(smaller);
            if (draft != null) {
                block += KeyValueStore.blockBytes(draft.config(), type);
            }
            int blocks = KeyValueMemory.blocks(model.window(), rows, memory, context, block);
            var steps = steps(model, blocks, Speculator.spareBlocks(options.speculation()));
            if (exit != null) {
                steps.leaveEarly(exit, team);
            }
            return new Computing(
                    steps,
                    smaller == null || draft == null
                            ? null
                            : new Computing.Smaller(steps(draft, blocks, 0), smaller.context()),
                    weights.loss());
        }
    }

    private PackedDecoder decoder(WeightSource weights, int rows, int context, Window window) {
        var arithmetic = options.compute().arithmetic();
        var model = new PackedDecoder(weights, kernels, team, arithmetic, rows, context, window);
        opened.push(model::close);
        return model;
    }

    private PackedDecoder drafting(Computing.SmallerSource smaller) {
        try (WeightSource weights =
                Computing.weights(smaller.source(), options.compute().weights())) {
            return decoder(weights, Computing.draftRows(options), smaller.context(), Window.ALL);
        }
    }

    private PackedSteps steps(PackedDecoder model, int blocks, int spare) {
        KeyValueType type = options.memory().keyValuesOr(KeyValueType.F16);
        var store = new KeyValueStore(model.config(), type, blocks, spare);
        opened.push(store::close);
        return new PackedSteps(model, store, options.memory().hostBlocks(), kernels);
    }

    private static Kernels kernels() {
        boolean vectors = ModuleLayer.boot().findModule(VECTORS).isPresent();
        return kernels(NativeKernels.load(), vectors);
    }

    /// {@return those in C where this machine has their instructions, else those in Java}
    ///
    /// @param c null where it has not
    /// @param vectors whether the JVM has the Vector API
    static Kernels kernels(@Nullable Kernels c, boolean vectors) {
        if (c == null && !vectors) {
            throw new IllegalStateException("this machine computes with the Vector API, which the JVM was started"
                    + " without; start it with --add-modules " + VECTORS);
        }
        return c == null ? new VectorKernels() : c;
    }
}
