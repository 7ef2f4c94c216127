package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.triples.Triples;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Snapshots of a graph, whose entities and relations get new ids in the order in which they appear: an id
/// never says what is still to come.
public final class GrowingGraph {
    private final Selection selection;
    private final Map<Integer, Integer> entities = new HashMap<>();
    private final Map<Integer, Integer> relations = new HashMap<>();
    private final List<Facts> seen = new ArrayList<>();
    private final List<Snapshot> snapshots = new ArrayList<>();

    /// Which facts a model is chosen by while it is trained.
    public enum Selection {
        /// The validation facts.
        VALID,
        /// The test facts, as LKGE's program does: its loader opens the test file twice. Validation facts are
        /// then used nowhere, not even to filter. Figures are too high by what that chooses; for comparison
        /// only.
        TEST
    }

    /// A graph without a snapshot.
    public GrowingGraph(Selection selection) {
        this.selection = selection;
    }

    /// Adds what a snapshot brings. The same number is the same entity or relation in all snapshots.
    public Snapshot add(Triples train, Triples valid, Triples test) {
        Facts toLearn = number(train);
        Facts toChoose = number(selection == Selection.VALID ? valid : test);
        Facts toJudge = number(test);
        seen.addAll(List.of(toLearn, toChoose, toJudge));
        var snapshot = new Snapshot(
                snapshots.size(),
                toLearn,
                toChoose,
                toJudge,
                Answers.of(Facts.join(seen)),
                entities.size(),
                2 * relations.size());
        snapshots.add(snapshot);
        return snapshot;
    }

    /// {@return the snapshots so far}
    public List<Snapshot> snapshots() {
        return List.copyOf(snapshots);
    }

    private Facts number(Triples triples) {
        int[] s = new int[triples.size()];
        int[] r = new int[triples.size()];
        int[] o = new int[triples.size()];
        for (int i = 0; i < s.length; i++) {
            s[i] = number(entities, triples.head(i));
            o[i] = number(entities, triples.tail(i));
            r[i] = 2 * number(relations, triples.relation(i));
        }
        return Facts.of(s, r, o);
    }

    private static int number(Map<Integer, Integer> numbers, int given) {
        int next = numbers.size();
        Integer known = numbers.putIfAbsent(given, next);
        return known == null ? next : known;
    }
}
