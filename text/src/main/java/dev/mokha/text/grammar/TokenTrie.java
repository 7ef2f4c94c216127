package dev.mokha.text.grammar;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The bytes of all tokens as a tree, its nodes in the order in which a walk meets them: what is below a node
/// follows it directly, up to its `end`. A walk that need not go into a node goes on from there.
final class TokenTrie {
    private final byte[] label;
    private final short[] depth;
    private final int[] end;
    private final int[] token; // the first id that ends at a node, or -1
    private final int[] same; // by id: another token of the same bytes, or -1
    private final int longest;

    /// @param tokens the bytes of each id, null for one that stands for no text
    TokenTrie(List<byte @Nullable []> tokens) {
        int[] order = IntStream.range(0, tokens.size())
                .filter(id -> bytes(tokens, id).length > 0)
                .boxed()
                .sorted(Comparator.comparing((Integer id) -> bytes(tokens, id), Arrays::compareUnsigned)
                        .thenComparing(Comparator.reverseOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
        int nodes = 1;
        int max = 0;
        byte[] before = {};
        for (int id : order) {
            byte[] bytes = bytes(tokens, id);
            nodes += bytes.length - common(before, bytes);
            max = Math.max(max, bytes.length);
            before = bytes;
        }
        longest = max;
        label = new byte[nodes];
        depth = new short[nodes];
        end = new int[nodes];
        token = new int[nodes];
        same = new int[tokens.size()];
        Arrays.fill(token, -1);
        Arrays.fill(same, -1);
        fill(tokens, order, new int[max + 1]);
    }

    private void fill(List<byte @Nullable []> tokens, int[] order, int[] path) {
        byte[] before = {};
        int next = 1;
        for (int id : order) {
            byte[] bytes = bytes(tokens, id);
            int shared = common(before, bytes);
            for (int d = before.length; d > shared; d--) {
                end[path[d]] = next;
            }
            for (int d = shared + 1; d <= bytes.length; d++) {
                label[next] = bytes[d - 1];
                depth[next] = (short) d;
                path[d] = next++;
            }
            same[id] = token[path[bytes.length]];
            token[path[bytes.length]] = id;
            before = bytes;
        }
        for (int d = before.length; d >= 0; d--) {
            end[path[d]] = next;
        }
    }

    private static byte[] bytes(List<byte @Nullable []> tokens, int id) {
        byte[] bytes = tokens.get(id);
        return bytes == null ? new byte[0] : bytes;
    }

    private static int common(byte[] one, byte[] other) {
        int mismatch = Arrays.mismatch(one, other);
        return mismatch < 0 ? one.length : mismatch;
    }

    /// {@return the bytes of the longest token}
    int longest() {
        return longest;
    }

    int nodes() {
        return label.length;
    }

    int unsignedByte(int node) {
        return label[node] & 0xFF;
    }

    int depth(int node) {
        return depth[node];
    }

    /// {@return the node behind all that is below this one}
    int end(int node) {
        return end[node];
    }

    boolean isLeaf(int node) {
        return end[node] == node + 1;
    }

    /// {@return an id that ends here, or -1}
    int token(int node) {
        return token[node];
    }

    /// {@return another id of the same bytes, or -1}
    int same(int id) {
        return same[id];
    }

    /// {@return the node of these bytes, or -1}
    int find(byte[] bytes, int from, int to) {
        int node = 0;
        for (int i = from; i < to && node >= 0; i++) {
            node = child(node, bytes[i]);
        }
        return node;
    }

    int child(int node, byte wanted) {
        for (int i = node + 1; i < end[node]; i = end[i]) {
            if (label[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
