package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.graph.Facts;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Edges that reach entities, that of an entity to itself among them. Of more than 64 edges to one entity,
/// 64
/// are drawn.
final class NearEdges {
    private static final int MOST = 64;

    private final int[] starts; // of an entity's edges; one more at the end
    private final int[] neighbours;
    private final int[] relations;
    private final int loop;

    private NearEdges(int[] starts, int[] neighbours, int[] relations, int loop) {
        this.starts = starts;
        this.neighbours = neighbours;
        this.relations = relations;
        this.loop = loop;
    }

    /// Draws from facts, each in both directions.
    ///
    /// @param entities how many entities there are
    /// @param loop the relation of an entity's edge to itself, behind all others
    static NearEdges draw(Facts facts, int entities, int loop, SplittableRandom random) {
        Facts edges = facts.withInverses();
        int[] at = new int[entities + 1];
        for (int i = 0; i < edges.size(); i++) {
            at[edges.object(i) + 1]++;
        }
        for (int e = 0; e < entities; e++) {
            at[e + 1] += at[e] + 1; // one place for the edge to itself
        }
        int[] all = new int[edges.size() + entities]; // numbers of edges; −1 for that to itself
        int[] next = at.clone();
        for (int i = 0; i < edges.size(); i++) {
            all[next[edges.object(i)]++] = i;
        }
        int[] starts = new int[entities + 1];
        int[] neighbours = new int[all.length];
        int[] relations = new int[all.length];
        int kept = 0;
        for (int e = 0; e < entities; e++) {
            all[at[e + 1] - 1] = -1;
            int size = at[e + 1] - at[e];
            draw(all, at[e], size, random);
            for (int i = at[e]; i < at[e] + Math.min(MOST, size); i++) {
                neighbours[kept] = all[i] < 0 ? e : edges.subject(all[i]);
                relations[kept++] = all[i] < 0 ? loop : edges.relation(all[i]);
            }
            starts[e + 1] = kept;
        }
        return new NearEdges(starts, neighbours, relations, loop);
    }

    /// Brings 64 drawn edges to the front where there are more.
    private static void draw(int[] edges, int from, int size, SplittableRandom random) {
        for (int i = 0; size > MOST && i < MOST; i++) {
            int j = i + random.nextInt(size - i);
            int other = edges[from + j];
            edges[from + j] = edges[from + i];
            edges[from + i] = other;
        }
    }

    /// Takes edges as [#facts] gives them, and sorts each entity's by relation: its edge to itself comes
    /// last.
    /// Who has 64 others has none.
    static NearEdges of(Facts edges, int entities, int loop) {
        int[] count = new int[entities];
        for (int i = 0; i < edges.size(); i++) {
            count[edges.object(i)]++;
        }
        int[] starts = new int[entities + 1];
        for (int e = 0; e < entities; e++) {
            starts[e + 1] = starts[e] + count[e] + (count[e] < MOST ? 1 : 0);
        }
        int[] neighbours = new int[starts[entities]];
        int[] relations = new int[starts[entities]];
        int[] next = starts.clone();
        for (int i = 0; i < edges.size(); i++) {
            int place = next[edges.object(i)]++;
            neighbours[place] = edges.subject(i);
            relations[place] = edges.relation(i);
        }
        for (int e = 0; e < entities; e++) {
            if (count[e] < MOST) {
                neighbours[next[e]] = e;
                relations[next[e]] = loop;
            }
            sort(neighbours, relations, starts[e], starts[e + 1]);
        }
        return new NearEdges(starts, neighbours, relations, loop);
    }

    /// Sorts edges by relation, those of one in the order in which they were.
    private static void sort(int[] neighbours, int[] relations, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            int neighbour = neighbours[i];
            int relation = relations[i];
            int at = i;
            for (; at > from && relations[at - 1] > relation; at--) {
                neighbours[at] = neighbours[at - 1];
                relations[at] = relations[at - 1];
            }
            neighbours[at] = neighbour;
            relations[at] = relation;
        }
    }

    /// {@return the edges to entities from one on, those to themselves left out}
    Facts facts(int from) {
        int[] heads = new int[size()];
        int[] kinds = new int[size()];
        int[] tails = new int[size()];
        int kept = 0;
        for (int e = from; e < entities(); e++) {
            for (int i = starts[e]; i < starts[e + 1]; i++) {
                if (relations[i] != loop) {
                    heads[kept] = neighbours[i];
                    kinds[kept] = relations[i];
                    tails[kept++] = e;
                }
            }
        }
        return Facts.of(Arrays.copyOf(heads, kept), Arrays.copyOf(kinds, kept), Arrays.copyOf(tails, kept));
    }

    /// {@return how many entities there are}
    int entities() {
        return starts.length - 1;
    }

    /// {@return how many edges there are}
    int size() {
        return starts[entities()];
    }

    /// {@return an entity's first edge; that of the next entity is behind its last}
    int start(int entity) {
        return starts[entity];
    }

    /// {@return where an edge comes from}
    int neighbour(int edge) {
        return neighbours[edge];
    }

    /// {@return an edge's relation, [#loop] for one from an entity to itself that is no fact}
    int relation(int edge) {
        return relations[edge];
    }

    /// {@return the relation that stands for no fact}
    int loop() {
        return loop;
    }
}
