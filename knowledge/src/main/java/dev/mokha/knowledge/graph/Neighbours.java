package dev.mokha.knowledge.graph;

import java.util.Arrays;

/// Which entities stand beside each other in a set of facts, whatever the relation and its direction: an
/// undirected graph with one edge a pair. A fact of an entity with itself makes it present and is a loop,
/// which no walk takes.
public final class Neighbours {
    private final int[] starts; // of an entity's neighbours; one more at the end
    private final int[] others; // ascending for each entity
    private final boolean[] present;
    private final boolean[] looped;
    private final int size;

    private Neighbours(int[] starts, int[] others, boolean[] present, boolean[] looped) {
        this.starts = starts;
        this.others = others;
        this.present = present;
        this.looped = looped;
        int count = 0;
        for (boolean there : present) {
            count += there ? 1 : 0;
        }
        this.size = count;
    }

    /// Reads facts among a number of entities.
    public static Neighbours of(Facts facts, int entities) {
        long[] pairs = new long[2 * facts.size()];
        boolean[] present = new boolean[entities];
        boolean[] looped = new boolean[entities];
        int count = 0;
        for (int i = 0; i < facts.size(); i++) {
            int s = facts.subject(i);
            int o = facts.object(i);
            present[s] = true;
            present[o] = true;
            if (s == o) {
                looped[s] = true;
            } else {
                pairs[count++] = (long) s << 32 | o;
                pairs[count++] = (long) o << 32 | s;
            }
        }
        Arrays.sort(pairs, 0, count);
        int[] starts = new int[entities + 1];
        int[] others = new int[count];
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || pairs[i] != pairs[i - 1]) {
                others[kept++] = (int) pairs[i];
                starts[(int) (pairs[i] >>> 32) + 1] = kept;
            }
        }
        for (int e = 0; e < entities; e++) {
            starts[e + 1] = Math.max(starts[e + 1], starts[e]);
        }
        return new Neighbours(starts, Arrays.copyOf(others, kept), present, looped);
    }

    /// {@return how many entities there are, those without facts counted}
    public int entities() {
        return present.length;
    }

    /// {@return how many entities stand in a fact}
    public int size() {
        return size;
    }

    /// {@return whether an entity stands in a fact}
    public boolean contains(int entity) {
        return present[entity];
    }

    /// {@return how many ends of edges an entity has: its neighbours, and 2 for a loop}
    public int degree(int entity) {
        return starts[entity + 1] - starts[entity] + (looped[entity] ? 2 : 0);
    }

    /// {@return degree centrality: an entity's degree over how many others stand in a fact}
    public double centrality(int entity) {
        return degree(entity) / Math.max(1.0, size - 1);
    }

    /// {@return how many places there are: two for each edge that is no loop}
    public int places() {
        return others.length;
    }

    /// {@return where an entity's neighbours begin; those of the next begin where they end}
    public int start(int entity) {
        return starts[entity];
    }

    /// {@return the neighbour at a place}
    public int at(int place) {
        return others[place];
    }

    /// {@return the place of one entity's neighbour; below 0 where they are none}
    public int place(int entity, int neighbour) {
        return Arrays.binarySearch(others, starts[entity], starts[entity + 1], neighbour);
    }
}
