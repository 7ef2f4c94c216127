package dev.mokha.serve.draft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class DraftTreeTest {
    @Provide
    Arbitrary<DraftTree> trees() {
        return Arbitraries.integers()
                .between(0, 2)
                .list()
                .ofMaxSize(5)
                .list()
                .ofMaxSize(6)
                .map(DraftTreeTest::tree);
    }

    private static DraftTree tree(List<List<Integer>> texts) {
        var tree = new DraftTree();
        texts.forEach(text ->
                tree.addAll(DraftTree.ROOT, text.stream().mapToInt(id -> id).toArray()));
        return tree;
    }

    @Property
    void allThatWasAddedIsFound(@ForAll("trees") DraftTree tree, @ForAll("trees") DraftTree other) {
        for (int[] path : other.paths()) {
            int[] tokens = Arrays.stream(path).map(other::token).toArray();
            int node = tree.addAll(DraftTree.ROOT, tokens);
            assertThat(tree.addAll(DraftTree.ROOT, tokens)).isEqualTo(node);
            int walked = DraftTree.ROOT;
            for (int token : tokens) {
                walked = tree.child(walked, token);
            }
            assertThat(walked).isEqualTo(node);
        }
    }

    @Property
    void pathsHoldEachNodeOnceBehindItsParent(@ForAll("trees") DraftTree tree) {
        var seen = new HashSet<>(List.of(DraftTree.ROOT));
        for (int[] path : tree.paths()) {
            for (int i = 0; i < path.length; i++) {
                int[] above = tree.ancestors(path[i]);
                assertThat(above).hasSize(tree.depth(path[i])).startsWith(DraftTree.ROOT);
                assertThat(seen).contains(above[above.length - 1]);
                assertThat(i == 0 || above[above.length - 1] == path[i - 1]).isTrue();
                assertThat(seen.add(path[i])).isTrue();
            }
        }
        assertThat(seen).hasSize(tree.drafted() + 1);
        assertThat(tree.paths().getFirst()).hasSize(tree.depth());
        assertThat(tree.trunk().drafted()).isEqualTo(tree.depth());
    }

    @Property
    void whatIsDeeperIsCutOff(@ForAll("trees") DraftTree tree) {
        for (int depth = 0; depth <= tree.depth(); depth++) {
            DraftTree within = tree.within(depth);
            assertThat(within.depth()).isEqualTo(depth);
            int most = depth;
            assertThat(within.drafted()).isEqualTo((int) IntStream.rangeClosed(1, tree.drafted())
                    .filter(node -> tree.depth(node) <= most)
                    .count());
        }
    }

    @Test
    void anEmptyTreeHasOneEmptyPath() {
        assertThat(new DraftTree().paths()).containsExactly(new int[0]);
        assertThat(DraftTree.chain(5, 6).paths()).containsExactly(new int[] {1, 2});
    }
}
