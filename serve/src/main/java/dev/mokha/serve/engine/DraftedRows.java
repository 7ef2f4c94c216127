package dev.mokha.serve.engine;

import dev.mokha.serve.adapter.Adapter;
import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.draft.DraftTree;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.model.StepRows;
import dev.mokha.serve.schedule.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A slice's rows with a tree of drafts behind it.
///
/// Each path of the tree is computed as if it were the only one: the longest in the sequence's own blocks,
/// every other in spare ones, of which the first is a copy of the block in which the drafts begin. A row's
/// keys and values are stored for all paths that lead through it. So a path's attention is that of plain
/// decoding, to the bit, and no kernel has to know of trees. Where another path than the longest was right
/// its blocks are copied back.
///
/// Miao et al. 2024, [SpecInfer](https://arxiv.org/abs/2305.09781), §4, which masks instead.
final class DraftedRows {
    private final Slice slice;
    private final @Nullable Adapter adapter;
    private final DraftTree tree;
    private final List<int[]> paths;
    private final List<int[]> tables = new ArrayList<>();
    private final List<StepRows.Slice> slices = new ArrayList<>();
    private final List<StepRows.Branch> branches = new ArrayList<>();
    private final List<BlockMove.Copy> before = new ArrayList<>();
    private final int[] rowOf;
    private final int[] pathOf;

    /// @param table the sequence's blocks
    /// @param adapter of the sequence; null for the base model
    /// @param firstRow of the slice among all rows
    /// @param firstSlice its number among all slices
    /// @param firstSpare the first spare block
    DraftedRows(
            Slice slice,
            DraftTree tree,
            int[] table,
            @Nullable Adapter adapter,
            int firstRow,
            int firstSlice,
            int firstSpare) {
        this.slice = slice;
        this.adapter = adapter;
        this.tree = tree;
        this.paths = tree.paths();
        this.rowOf = new int[tree.drafted() + 1];
        this.pathOf = new int[tree.drafted() + 1];
        int certain = slice.count() - slice.drafts();
        rowOf[DraftTree.ROOT] = firstRow + certain - 1;
        int row = firstRow + certain;
        for (int path = 0; path < paths.size(); path++) {
            for (int node : paths.get(path)) {
                rowOf[node] = row++;
                pathOf[node] = path;
            }
        }
        trunk(table, certain);
        for (int path = 1, spare = firstSpare; path < paths.size(); path++) {
            spare = branch(path, firstSlice, spare);
        }
    }

    private void trunk(int[] table, int certain) {
        int[] trunk = paths.getFirst();
        int[] tokens = new int[certain + trunk.length];
        for (int i = 0; i < certain; i++) {
            tokens[i] = slice.sequence().token(slice.from() + i);
        }
        for (int i = 0; i < trunk.length; i++) {
            tokens[certain + i] = tree.token(trunk[i]);
        }
        tables.add(table);
        slices.add(new StepRows.Slice(tokens, slice.from(), table, adapter));
    }

    /// The newest token's position; a path's nodes lie behind it.
    private int newest() {
        return slice.from() + slice.count() - slice.drafts() - 1;
    }

    /// {@return the next spare block}
    private int branch(int path, int firstSlice, int spare) {
        int[] nodes = paths.get(path);
        int first = newest() / KeyValueType.PAGE;
        int last = (newest() + tree.depth(nodes[nodes.length - 1])) / KeyValueType.PAGE;
        int[] table = Arrays.copyOf(tables.getFirst(), last + 1);
        for (int block = first; block <= last; block++) {
            table[block] = spare++;
        }
        tables.add(table);
        before.add(new BlockMove.Copy(tables.getFirst()[first], table[first]));
        int[] tokens = Arrays.stream(nodes).map(tree::token).toArray();
        slices.add(new StepRows.Slice(tokens, newest() + tree.depth(nodes[0]), table, adapter));
        int[] through = new int[path]; // how many of each earlier path's rows lead here
        for (int above : tree.ancestors(nodes[0])) {
            through[pathOf[above]] = rowOf[above] + 1;
        }
        for (int earlier = 0, begin = rowOf[DraftTree.ROOT] - (newest() - slice.from()); earlier < path; earlier++) {
            int count = through[earlier] - begin;
            if (count > 0) {
                branches.add(new StepRows.Branch(firstSlice + earlier, count, table));
            }
            begin += slices.get(earlier).tokens().length;
        }
        return spare;
    }

    /// {@return the paths' rows, in their order}
    List<StepRows.Slice> slices() {
        return slices;
    }

    /// {@return which of the rows are stored for other paths too}
    List<StepRows.Branch> branches() {
        return branches;
    }

    /// {@return what is copied before the rows are computed}
    List<BlockMove.Copy> before() {
        return before;
    }

    /// {@return what is copied when a path was right up to a node, or up to its child that needs no row}
    List<BlockMove.Copy> after(int node) {
        var copies = new ArrayList<BlockMove.Copy>();
        int[] own = tables.getFirst();
        int[] table = tables.get(pathOf[node]);
        for (int i = newest() / KeyValueType.PAGE;
                pathOf[node] > 0 && i <= (newest() + tree.depth(node)) / KeyValueType.PAGE;
                i++) {
            copies.add(new BlockMove.Copy(table[i], own[i]));
        }
        return copies;
    }

    /// {@return how many nodes of the longest path lead to a node}
    int onTrunk(int node) {
        int count = node != DraftTree.ROOT && pathOf[node] == 0 ? 1 : 0;
        for (int above : tree.ancestors(node)) {
            count += above != DraftTree.ROOT && pathOf[above] == 0 ? 1 : 0;
        }
        return count;
    }

    /// {@return a node's row among all rows}
    int row(int node) {
        return rowOf[node];
    }

    DraftTree tree() {
        return tree;
    }

    /// {@return how many spare blocks a tree takes at most}
    static int spare(DraftTree tree) {
        int each = (tree.depth() + KeyValueType.PAGE - 1) / KeyValueType.PAGE + 1;
        return each * (tree.paths().size() - 1);
    }
}
