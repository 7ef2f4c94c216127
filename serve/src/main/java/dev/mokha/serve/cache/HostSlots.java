package dev.mokha.serve.cache;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/// Places for blocks in the host's memory, where sequences wait that had to give theirs away.
public final class HostSlots {
    private final int slots;
    private final Deque<Integer> free = new ArrayDeque<>();
    private final BitSet taken;

    /// @param slots how many blocks the host keeps; 0 for none
    public HostSlots(int slots) {
        if (slots < 0) {
            throw new IllegalArgumentException("slots cannot be " + slots);
        }
        this.slots = slots;
        this.taken = new BitSet(slots);
        for (int slot = 0; slot < slots; slot++) {
            free.add(slot);
        }
    }

    /// {@return how many there are}
    public int slots() {
        return slots;
    }

    /// {@return how many are free}
    public int free() {
        return free.size();
    }

    /// {@return a slot of one's own}
    ///
    /// @throws IllegalStateException when all are taken
    public int take() {
        Integer slot = free.poll();
        if (slot == null) {
            throw new IllegalStateException("all " + slots + " slots of the host are taken; ask free() before");
        }
        taken.set(slot);
        return slot;
    }

    /// Gives a slot back.
    public void giveBack(int slot) {
        if (!taken.get(slot)) {
            throw new IllegalStateException("slot " + slot + " is not taken");
        }
        taken.clear(slot);
        free.add(slot);
    }
}
