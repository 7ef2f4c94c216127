package dev.mokha.knowledge.graph;

import java.util.Arrays;

/// Which objects are known for a subject and a relation, in both directions: what a filtered rank leaves out.
///
/// Each subject's `(relation, object)` pairs lie together, sorted and without doubles.
public final class Answers {
    private final int[] starts; // of a subject's pairs; one more at the end
    private final long[] pairs; // relation in the upper half, object in the lower

    private Answers(int[] starts, long[] pairs) {
        this.starts = starts;
        this.pairs = pairs;
    }

    /// The answers that facts give, each also the other way round.
    public static Answers of(Facts facts) {
        int entities = facts.entities();
        int[] at = new int[entities + 1];
        for (int i = 0; i < facts.size(); i++) {
            at[facts.subject(i) + 1]++;
            at[facts.object(i) + 1]++;
        }
        for (int e = 0; e < entities; e++) {
            at[e + 1] += at[e];
        }
        int[] starts = at.clone();
        long[] pairs = new long[2 * facts.size()];
        for (int i = 0; i < facts.size(); i++) {
            int s = facts.subject(i);
            int o = facts.object(i);
            pairs[at[s]++] = pair(facts.relation(i), o);
            pairs[at[o]++] = pair(facts.relation(i) ^ 1, s);
        }
        int kept = 0;
        for (int e = 0; e < entities; e++) {
            int from = starts[e];
            int to = starts[e + 1];
            Arrays.sort(pairs, from, to);
            starts[e] = kept;
            for (int i = from; i < to; i++) {
                if (i == from || pairs[i] != pairs[i - 1]) {
                    pairs[kept++] = pairs[i];
                }
            }
        }
        starts[entities] = kept;
        return new Answers(starts, Arrays.copyOf(pairs, kept));
    }

    private static long pair(int relation, int object) {
        return (long) relation << 32 | object;
    }

    /// {@return the known objects, ascending}
    public int[] to(int subject, int relation) {
        if (subject >= starts.length - 1) {
            return new int[0];
        }
        int from = lowest(subject, pair(relation, 0));
        int to = lowest(subject, pair(relation + 1, 0));
        int[] objects = new int[to - from];
        for (int i = 0; i < objects.length; i++) {
            objects[i] = (int) pairs[from + i];
        }
        return objects;
    }

    private int lowest(int subject, long pair) {
        int found = Arrays.binarySearch(pairs, starts[subject], starts[subject + 1], pair);
        return found >= 0 ? found : -found - 1;
    }
}
