package dev.mokha.serve.cache;

import java.util.ArrayList;
import java.util.List;

/// The keys of a sequence's full blocks, made as far as they were asked for.
public final class KeyChain {
    private final PrefixKey root;
    private final int blockSize;
    private final List<PrefixKey> keys;

    public KeyChain(PrefixKey root, int blockSize) {
        this(root, blockSize, new ArrayList<>());
    }

    private KeyChain(PrefixKey root, int blockSize, List<PrefixKey> keys) {
        this.root = root;
        this.blockSize = blockSize;
        this.keys = keys;
    }

    /// {@return a chain that goes on from here on its own}
    public KeyChain fork() {
        return new KeyChain(root, blockSize, new ArrayList<>(keys));
    }

    /// {@return the key of block `index`}
    ///
    /// @param tokens the sequence's ids, which must reach to the block's end and never change before it
    public PrefixKey key(int index, int[] tokens) {
        while (keys.size() <= index) {
            PrefixKey parent = keys.isEmpty() ? root : keys.getLast();
            keys.add(parent.next(tokens, keys.size() * blockSize, blockSize));
        }
        return keys.get(index);
    }
}
