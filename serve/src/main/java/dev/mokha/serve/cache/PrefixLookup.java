package dev.mokha.serve.cache;

import java.util.Arrays;

/// Finds what of a sequence is in the pool already.
public final class PrefixLookup {
    private final BlockPool pool;
    private final Window window;

    public PrefixLookup(BlockPool pool, Window window) {
        this.pool = pool;
        this.window = window;
    }

    /// {@return the longest beginning that needs no computing, as blocks; [BlockPool#NONE] where none is
    /// needed, because the window hides it}
    ///
    /// Never the whole sequence: its last position is computed to have logits.
    ///
    /// @param tokens the sequence's ids
    /// @param length how many of them count
    public int[] longest(KeyChain chain, int[] tokens, int length) {
        int most = Math.max(0, length - 1) / pool.blockSize();
        return window.positions() >= length ? contiguous(chain, tokens, most) : windowed(chain, tokens, most);
    }

    private int[] contiguous(KeyChain chain, int[] tokens, int most) {
        var found = new int[most];
        for (int index = 0; index < most; index++) {
            found[index] = pool.find(chain.key(index, tokens));
            if (found[index] == BlockPool.NONE) {
                return Arrays.copyOf(found, index);
            }
        }
        return found;
    }

    /// What lies before the window may be gone. Walks from the longest beginning down to one of which all
    /// that is seen is there.
    private int[] windowed(KeyChain chain, int[] tokens, int most) {
        var found = new int[most];
        for (int index = 0; index < most; index++) {
            found[index] = pool.find(chain.key(index, tokens));
        }
        for (int blocks = most; blocks > 0; blocks--) {
            if (seen(found, blocks)) {
                int[] match = Arrays.copyOf(found, blocks);
                for (int index = 0; index < blocks; index++) {
                    if (!window.sees(index, pool.blockSize(), blocks * pool.blockSize())) {
                        match[index] = BlockPool.NONE;
                    }
                }
                return match;
            }
        }
        return new int[0];
    }

    private boolean seen(int[] found, int blocks) {
        for (int index = blocks - 1; index >= 0; index--) {
            if (found[index] == BlockPool.NONE && window.sees(index, pool.blockSize(), blocks * pool.blockSize())) {
                return false;
            }
        }
        return true;
    }
}
