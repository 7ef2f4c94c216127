package dev.mokha.serve.schedule;

import dev.mokha.serve.cache.Window;

/// The paged cache, and how carefully it is filled.
///
/// @param blocks of the device
/// @param window what the model sees
/// @param blockSize positions in a block
/// @param sharing whether equal beginnings are computed once
/// @param hostSlots blocks in the host's memory: who must give memory away is copied there while slots last,
///     and computed anew otherwise
/// @param reservation what must fit before a job begins
/// @param watermark the part of the blocks that stays free when a job begins beside others, so that those who
///     run do not preempt it at once
public record MemoryOptions(
        int blocks,
        Window window,
        int blockSize,
        boolean sharing,
        int hostSlots,
        Reservation reservation,
        double watermark) {
    public MemoryOptions {
        if (blocks < 1 || blockSize < 1 || hostSlots < 0 || !(watermark >= 0 && watermark < 1)) {
            throw new IllegalArgumentException("no cache has " + blocks + " blocks of " + blockSize + " positions, "
                    + hostSlots + " slots and a watermark of " + watermark);
        }
    }

    /// {@return blocks of 16 positions, shared, without slots, 1 % kept free}
    public static MemoryOptions of(int blocks) {
        return new MemoryOptions(blocks, Window.ALL, 16, true, 0, Reservation.PROMPT, 0.01);
    }

    public MemoryOptions withWindow(Window window) {
        return new MemoryOptions(blocks, window, blockSize, sharing, hostSlots, reservation, watermark);
    }

    public MemoryOptions withBlockSize(int blockSize) {
        return new MemoryOptions(blocks, window, blockSize, sharing, hostSlots, reservation, watermark);
    }

    public MemoryOptions withSharing(boolean sharing) {
        return new MemoryOptions(blocks, window, blockSize, sharing, hostSlots, reservation, watermark);
    }

    public MemoryOptions withHostSlots(int hostSlots) {
        return new MemoryOptions(blocks, window, blockSize, sharing, hostSlots, reservation, watermark);
    }

    public MemoryOptions withReservation(Reservation reservation) {
        return new MemoryOptions(blocks, window, blockSize, sharing, hostSlots, reservation, watermark);
    }

    public MemoryOptions withWatermark(double watermark) {
        return new MemoryOptions(blocks, window, blockSize, sharing, hostSlots, reservation, watermark);
    }
}
