package dev.mokha.knowledge.graph;

import java.util.Arrays;

/// What stands beside each entity in a set of facts, read in both directions: each fact `(s, r, o)` is the
/// edges `s –r→ o` and `o –r ^ 1→ s`.
///
/// Lists of an entity lie together. Since every edge has its reverse, whom an entity is reached from is also
/// whom it reaches.
public final class Incidence {
    private final int[] neighbourStarts;
    private final int[] neighbours;
    private final int[] relationStarts;
    private final int[] relations; // by which an entity is reached, each once, ascending
    private final int[] counts; // by how many edges
    private final int[] ofRelation;

    private Incidence(
            int[] neighbourStarts,
            int[] neighbours,
            int[] relationStarts,
            int[] relations,
            int[] counts,
            int[] ofRelation) {
        this.neighbourStarts = neighbourStarts;
        this.neighbours = neighbours;
        this.relationStarts = relationStarts;
        this.relations = relations;
        this.counts = counts;
        this.ofRelation = ofRelation;
    }

    /// Reads facts among given numbers of entities and relations, inverses counted.
    public static Incidence of(Facts facts, int entities, int relations) {
        Facts edges = facts.withInverses();
        int[] starts = new int[entities + 1];
        int[] ofRelation = new int[relations];
        for (int i = 0; i < edges.size(); i++) {
            starts[edges.object(i) + 1]++;
            ofRelation[edges.relation(i)]++;
        }
        for (int e = 0; e < entities; e++) {
            starts[e + 1] += starts[e];
        }
        int[] at = starts.clone();
        long[] pairs = new long[edges.size()];
        for (int i = 0; i < edges.size(); i++) {
            pairs[at[edges.object(i)]++] = (long) edges.relation(i) << 32 | edges.subject(i);
        }
        int[] neighbours = new int[pairs.length];
        int[] relationStarts = new int[entities + 1];
        int[] kinds = new int[pairs.length];
        int[] counts = new int[pairs.length];
        int last = -1;
        for (int e = 0; e < entities; e++) {
            Arrays.sort(pairs, starts[e], starts[e + 1]);
            for (int i = starts[e]; i < starts[e + 1]; i++) {
                neighbours[i] = (int) pairs[i];
                int relation = (int) (pairs[i] >>> 32);
                if (i == starts[e] || kinds[last] != relation) {
                    kinds[++last] = relation;
                }
                counts[last]++;
            }
            relationStarts[e + 1] = last + 1;
        }
        return new Incidence(starts, neighbours, relationStarts, kinds, counts, ofRelation);
    }

    /// {@return how many entities there are}
    public int entities() {
        return neighbourStarts.length - 1;
    }

    /// {@return how many relations there are, inverses counted}
    public int relations() {
        return ofRelation.length;
    }

    /// {@return how many edges reach an entity}
    public int degree(int entity) {
        return neighbourStarts[entity + 1] - neighbourStarts[entity];
    }

    /// {@return how many edges a relation has}
    public int edges(int relation) {
        return ofRelation[relation];
    }

    /// {@return where an entity's neighbours begin; those of the next begin where they end}
    public int neighbourStart(int entity) {
        return neighbourStarts[entity];
    }

    /// {@return the neighbour at a place}
    public int neighbour(int place) {
        return neighbours[place];
    }

    /// {@return where the relations by which an entity is reached begin}
    public int relationStart(int entity) {
        return relationStarts[entity];
    }

    /// {@return the relation at a place}
    public int relation(int place) {
        return relations[place];
    }

    /// {@return by how many edges of the relation at a place the entity is reached}
    public int count(int place) {
        return counts[place];
    }
}
