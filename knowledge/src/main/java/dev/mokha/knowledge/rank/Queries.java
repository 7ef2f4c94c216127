package dev.mokha.knowledge.rank;

import dev.mokha.knowledge.graph.Facts;
import java.util.Arrays;
import java.util.Comparator;

/// Queries sorted by subject and relation, so that those that ask the same lie together.
final class Queries {
    private final Facts facts;
    private final int[] order;
    private final int[] starts; // of each question's queries in `order`; one more at the end

    Queries(Facts facts) {
        this.facts = facts;
        Integer[] sorted = new Integer[facts.size()];
        Arrays.setAll(sorted, i -> i);
        Arrays.sort(
                sorted, Comparator.<Integer>comparingLong(i -> key(facts, i)).thenComparing(i -> i));
        order = Arrays.stream(sorted).mapToInt(i -> i).toArray();
        int[] begins = new int[order.length + 1];
        int questions = 0;
        for (int i = 0; i < order.length; i++) {
            if (i == 0 || key(facts, order[i]) != key(facts, order[i - 1])) {
                begins[questions++] = i;
            }
        }
        begins[questions] = order.length;
        starts = Arrays.copyOf(begins, questions + 1);
    }

    private static long key(Facts facts, int i) {
        return (long) facts.subject(i) << 32 | facts.relation(i);
    }

    static void require(int answer, int candidates) {
        if (answer >= candidates) {
            throw new IllegalArgumentException("the answer, entity " + answer + ", is not among the first " + candidates
                    + " entities: rank among more of them");
        }
    }

    /// {@return how many different questions there are}
    int questions() {
        return starts.length - 1;
    }

    int from(int question) {
        return starts[question];
    }

    int to(int question) {
        return starts[question + 1];
    }

    /// {@return the number of the query at a place in the sorted order}
    int query(int place) {
        return order[place];
    }

    int subject(int question) {
        return facts.subject(order[starts[question]]);
    }

    int relation(int question) {
        return facts.relation(order[starts[question]]);
    }

    int object(int place) {
        return facts.object(order[place]);
    }
}
