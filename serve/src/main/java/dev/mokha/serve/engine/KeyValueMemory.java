package dev.mokha.serve.engine;

import dev.mokha.serve.cache.Window;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.model.UnfitOptionException;
import dev.mokha.tensor.Device;

/// How many blocks of keys and values an engine has.
final class KeyValueMemory {
    private static final int USUAL_SEQUENCES = 8;

    private KeyValueMemory() {}

    /// @param window what rows see
    /// @param maxRows of a step
    /// @param block bytes of a block, with those that a draft model needs beside it
    static int blocks(Window window, int maxRows, EngineOptions.Memory options, int context, long block) {
        if (options.keyValueBytes() == 0) {
            return usual(longest(window, maxRows, context), block);
        }
        long blocks = options.keyValueBytes() / block;
        if (blocks < 1) {
            throw new UnfitOptionException(options.keyValueBytes() + " bytes for keys and values do not hold one"
                    + " block of 16 positions, which takes " + block);
        }
        return (int) Math.min(blocks, Integer.MAX_VALUE);
    }

    /// {@return the blocks that the longest sequence takes}
    static long longest(Window window, int maxRows, int context) {
        // The window's borders lie in two blocks, and what a step computes is there before anything leaves.
        long seen = (long) window.positions() + window.sinks() + maxRows + 2L * KeyValueType.PAGE;
        return (Math.min(context, seen) + KeyValueType.PAGE - 1L) / KeyValueType.PAGE;
    }

    /// {@return how many blocks there are where nobody says}
    static int usual(long longest, long block) {
        return (int) Math.max(Math.min(USUAL_SEQUENCES * longest, physical() / 4 / block), 1);
    }

    private static long physical() {
        return Device.CPU.memory().total();
    }
}
