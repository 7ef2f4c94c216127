package dev.mokha.serve.engine;

import com.sun.management.OperatingSystemMXBean;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.model.KeyValueStore;
import dev.mokha.serve.model.PackedDecoder;
import dev.mokha.serve.model.UnfitOptionException;
import java.lang.management.ManagementFactory;

/// How many blocks of keys and values an engine has.
final class KeyValueMemory {
    private static final int USUAL_SEQUENCES = 8;

    private KeyValueMemory() {}

    /// @param beside bytes that a draft model needs for each block
    static int blocks(PackedDecoder model, EngineOptions.Memory options, int context, long beside) {
        long block = KeyValueStore.blockBytes(model.config(), options.keyValues()) + beside;
        Window window = model.window();
        // The window's borders lie in two blocks, and what a step computes is there before anything leaves.
        long seen = (long) window.positions() + window.sinks() + model.maxRows() + 2L * KeyValueType.PAGE;
        long one = (Math.min(context, seen) + KeyValueType.PAGE - 1L) / KeyValueType.PAGE;
        if (options.keyValueBytes() == 0) {
            long quarter = physical() / 4 / block;
            return (int) Math.max(Math.min(USUAL_SEQUENCES * one, quarter), 1);
        }
        long blocks = options.keyValueBytes() / block;
        if (blocks < 1) {
            throw new UnfitOptionException(options.keyValueBytes() + " bytes for keys and values do not hold one"
                    + " block of 16 positions, which takes " + block);
        }
        return (int) Math.min(blocks, Integer.MAX_VALUE);
    }

    private static long physical() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 4L << 30;
    }
}
