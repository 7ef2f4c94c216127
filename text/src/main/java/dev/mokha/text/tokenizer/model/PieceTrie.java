package dev.mokha.text.tokenizer.model;

import java.util.Arrays;

/// A trie of pieces over UTF-16 units, its edges in one open-addressing table: `(node, unit) -> node`.
final class PieceTrie {
    private static final long NONE = -1;

    private long[] keys; // node << 16 | unit
    private int[] children;
    private int mask;
    private int edges;
    private int[] ids; // id of the piece that ends at a node, or -1
    private int nodes = 1;
    private final int[] rootChildren = new int[0x10000];

    /// The pieces that begin with `prefix`, without it.
    PieceTrie(Vocab vocab, String prefix) {
        this.keys = new long[1024];
        this.children = new int[1024];
        this.mask = 1023;
        Arrays.fill(keys, NONE);
        this.ids = new int[256];
        Arrays.fill(ids, -1);
        for (String piece : vocab.pieces()) {
            if (piece.startsWith(prefix) && piece.length() > prefix.length()) {
                add(piece, prefix.length(), vocab.id(piece));
            }
        }
    }

    private void add(String piece, int from, int id) {
        int node = 0;
        for (int i = from; i < piece.length(); i++) {
            int next = child(node, piece.charAt(i));
            if (next < 0) {
                next = nodes++;
                if (next == ids.length) {
                    ids = Arrays.copyOf(ids, next * 2);
                    Arrays.fill(ids, next, ids.length, -1);
                }
                link(node, piece.charAt(i), next);
            }
            node = next;
        }
        ids[node] = id;
    }

    private void link(int node, char unit, int child) {
        if (node == 0) {
            rootChildren[unit] = child;
            return;
        }
        if (2 * ++edges > keys.length) {
            long[] oldKeys = keys;
            int[] oldChildren = children;
            keys = new long[oldKeys.length * 2];
            children = new int[keys.length];
            mask = keys.length - 1;
            Arrays.fill(keys, NONE);
            for (int i = 0; i < oldKeys.length; i++) {
                if (oldKeys[i] != NONE) {
                    place(oldKeys[i], oldChildren[i]);
                }
            }
        }
        place(((long) node << 16) | unit, child);
    }

    private void place(long key, int child) {
        int at = slot(key);
        while (keys[at] != NONE) {
            at = (at + 1) & mask;
        }
        keys[at] = key;
        children[at] = child;
    }

    private int slot(long key) {
        return (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    }

    /// {@return the node below `node` along `unit`, or -1}
    int child(int node, char unit) {
        if (node == 0) {
            int child = rootChildren[unit];
            return child == 0 ? -1 : child;
        }
        long key = ((long) node << 16) | unit;
        int at = slot(key);
        while (true) {
            long k = keys[at];
            if (k == key) {
                return children[at];
            }
            if (k == NONE) {
                return -1;
            }
            at = (at + 1) & mask;
        }
    }

    /// {@return the id of the piece that ends at `node`, or -1}
    int id(int node) {
        return ids[node];
    }

    /// {@return the end and the id of the longest piece at `from`, packed `end << 32 | id`, or -1}
    long longest(char[] text, int from, int to) {
        long best = NONE;
        int node = 0;
        for (int i = from; i < to; i++) {
            node = child(node, text[i]);
            if (node < 0) {
                break;
            }
            if (ids[node] >= 0) {
                best = ((long) (i + 1) << 32) | ids[node];
            }
        }
        return best;
    }
}
