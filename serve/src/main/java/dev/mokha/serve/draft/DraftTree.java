package dev.mokha.serve.draft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Drafted tokens as a tree: what may follow a sequence's newest token, which is the root, node 0. No two
/// children of a node are the same token.
///
/// Miao et al. 2024, [SpecInfer](https://arxiv.org/abs/2305.09781), §3. For one thread.
public final class DraftTree {
    /// The newest token, to which all else is added.
    public static final int ROOT = 0;

    private int[] tokens = new int[8];
    private int[] parents = new int[8];
    private int[] depths = new int[8];
    private int size = 1;

    /// {@return tokens that follow each other}
    public static DraftTree chain(int... tokens) {
        var tree = new DraftTree();
        tree.addAll(ROOT, tokens);
        return tree;
    }

    /// Adds a token behind a node.
    ///
    /// @return its node, the one that was there where there was one
    public int add(int parent, int token) {
        int there = child(parent, token);
        if (there >= 0) {
            return there;
        }
        if (size == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * size);
            parents = Arrays.copyOf(parents, 2 * size);
            depths = Arrays.copyOf(depths, 2 * size);
        }
        tokens[size] = token;
        parents[size] = parent;
        depths[size] = depths[parent] + 1;
        return size++;
    }

    /// Adds tokens that follow each other.
    ///
    /// @return the last one's node
    public int addAll(int parent, int... tokens) {
        int node = parent;
        for (int token : tokens) {
            node = add(node, token);
        }
        return node;
    }

    /// {@return the node of a token behind a node; -1 where it was not drafted}
    public int child(int node, int token) {
        for (int i = node + 1; i < size; i++) {
            if (parents[i] == node && tokens[i] == token) {
                return i;
            }
        }
        return -1;
    }

    /// {@return how many tokens were drafted}
    public int drafted() {
        return size - 1;
    }

    /// {@return how many tokens follow each other at most}
    public int depth() {
        return Arrays.stream(depths, 0, size).max().orElse(0);
    }

    /// {@return how many tokens lie between the root and a node, itself included}
    public int depth(int node) {
        return depths[node];
    }

    /// {@return the token of a node}
    public int token(int node) {
        return tokens[node];
    }

    /// {@return the same without what is deeper}
    public DraftTree within(int depth) {
        if (depth() <= depth) {
            return this;
        }
        var tree = new DraftTree();
        int[] copies = new int[size];
        for (int i = 1; i < size; i++) {
            if (depths[i] <= depth) {
                copies[i] = tree.add(copies[parents[i]], tokens[i]);
            }
        }
        return tree;
    }

    /// {@return the longest path alone}
    public DraftTree trunk() {
        var tree = new DraftTree();
        int node = ROOT;
        for (int next : paths().getFirst()) {
            node = tree.add(node, tokens[next]);
        }
        return tree;
    }

    /// {@return the nodes as paths, each from a child of an earlier path's node (or of the root) to a leaf: the
    /// longest first, and no node in two}
    public List<int[]> paths() {
        int deepest = ROOT;
        for (int i = 1; i < size; i++) {
            deepest = depths[i] > depths[deepest] ? i : deepest;
        }
        boolean[] taken = new boolean[size];
        var paths = new ArrayList<int[]>();
        int[] trunk = new int[depths[deepest]];
        for (int node = deepest; node != ROOT; node = parents[node]) {
            trunk[depths[node] - 1] = node;
            taken[node] = true;
        }
        paths.add(trunk);
        for (int i = 1; i < size; i++) {
            if (!taken[i]) {
                paths.add(path(i, taken));
            }
        }
        return paths;
    }

    private int[] path(int first, boolean[] taken) {
        int[] path = new int[size];
        int length = 0;
        for (int node = first; node >= 0; ) {
            taken[node] = true;
            path[length++] = node;
            int next = -1;
            for (int i = node + 1; i < size && next < 0; i++) {
                next = parents[i] == node && !taken[i] ? i : -1;
            }
            node = next;
        }
        return Arrays.copyOf(path, length);
    }

    /// {@return the nodes from the root, itself included, to a node's parent}
    public int[] ancestors(int node) {
        int[] ancestors = new int[depths[node]];
        for (int above = parents[node], i = ancestors.length; i > 0; above = parents[above]) {
            ancestors[--i] = above;
        }
        return ancestors;
    }

    @Override
    public String toString() {
        return "DraftTree[" + drafted() + " tokens, " + depth() + " deep]";
    }
}
