package dev.mokha.text.grammar;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// All the places at which a text may be in its grammar: pairs of an instruction that reads a byte and the
/// stack behind it. Equal states are one object while the {@link Automaton} knows them; where each byte leads
/// is found out when it is first asked for.
///
/// Several threads may fill `next`, `capped` and the masks at once: each writes a value that is equal for all.
final class State {
    final int[] pcs; // ascending, ties by the frame's id
    final Frame[] frames;
    final boolean accepts; // the text may end here
    final @Nullable State[] next; // by class of bytes
    final Map<Integer, TokenBranch> branches = new ConcurrentHashMap<>(0); // by node of the trie
    private final int hash;
    volatile @Nullable State capped;
    volatile @Nullable TokenSet mask; // tokens that may follow
    volatile @Nullable OpenMask open; // the same with the bottom of the stack not known

    State(int[] pcs, Frame[] frames, boolean accepts, int classes) {
        this.pcs = pcs;
        this.frames = frames;
        this.accepts = accepts;
        this.next = new State[classes];
        int h = accepts ? 1 : 0;
        for (int i = 0; i < pcs.length; i++) {
            h = (h * 31 + pcs[i]) * 31 + frames[i].id;
        }
        this.hash = h;
    }

    /// No text fits any more.
    boolean isDead() {
        return pcs.length == 0 && !accepts;
    }

    /// {@return the fewest bytes to the end of the text}
    long shortest(Program program) {
        long best = accepts ? 0 : Program.NEVER;
        for (int i = 0; i < pcs.length; i++) {
            best = Math.min(best, program.shortest[pcs[i]] + frames[i].shortest);
        }
        return best;
    }

    /// Forgets what can be found out again.
    void forget() {
        Arrays.fill(next, null);
        capped = null;
        mask = null;
        open = null;
        branches.clear();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof State other
                && accepts == other.accepts
                && Arrays.equals(pcs, other.pcs)
                && Arrays.equals(frames, other.frames);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
