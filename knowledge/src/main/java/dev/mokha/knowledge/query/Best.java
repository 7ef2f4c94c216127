package dev.mokha.knowledge.query;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;

/// The few numbers with the highest scores, of equal scores those that came first.
final class Best {
    record Scored(int number, double score) {}

    private static final Comparator<Scored> WORST_FIRST =
            Comparator.comparingDouble(Scored::score).thenComparing(Scored::number, Comparator.reverseOrder());

    private final int most;
    private final IntPredicate counts;
    private final PriorityQueue<Scored> kept;

    /// @param counts asked only of numbers that would be among the best
    Best(int most, IntPredicate counts) {
        if (most < 1) {
            throw new IllegalArgumentException("the best are 1 or more, not " + most);
        }
        this.most = most;
        this.counts = counts;
        this.kept = new PriorityQueue<>(Math.min(most, 1024), WORST_FIRST);
    }

    void add(int number, double score) {
        if (kept.size() == most && score <= kept.element().score()) {
            return;
        }
        if (counts.test(number)) {
            if (kept.size() == most) {
                kept.remove();
            }
            kept.add(new Scored(number, score));
        }
    }

    List<Scored> all() {
        var all = new ArrayList<>(kept);
        all.sort(WORST_FIRST.reversed());
        return all;
    }
}
