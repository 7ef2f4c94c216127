package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.rank.RankMetrics;
import java.util.ArrayList;
import java.util.List;

/// How a model did on each snapshot's test facts after each snapshot it learned: h(i, j) is on test j after
/// learning i.
public final class History {
    private final List<List<RankMetrics>> after = new ArrayList<>();
    private final List<RankMetrics> before = new ArrayList<>();

    /// Adds figures on the snapshot's own test before it was learned. Not for the first.
    public void before(RankMetrics figures) {
        before.add(figures);
    }

    /// Adds figures on all tests so far after a snapshot was learned.
    public void after(List<RankMetrics> figures) {
        after.add(List.copyOf(figures));
    }

    /// {@return how many snapshots were learned}
    public int snapshots() {
        return after.size();
    }

    /// {@return h(learned, test)}
    public RankMetrics on(int learned, int test) {
        return after.get(learned).get(test);
    }

    /// {@return all tests up to a snapshot together after learning it, each weighted by its size: "Whole"}
    public RankMetrics whole(int learned) {
        return RankMetrics.whole(after.get(learned));
    }

    /// {@return forward transfer: the mean MRR on a snapshot before it was learned; 0 with one snapshot}
    public double forwardTransfer() {
        return before.stream().mapToDouble(RankMetrics::mrr).average().orElse(0);
    }

    /// {@return backward transfer: the mean change of the MRR on earlier snapshots from when they were
    /// learned to the end; 0 with one snapshot}
    public double backwardTransfer() {
        int last = after.size() - 1;
        double sum = 0;
        for (int i = 0; i < last; i++) {
            sum += on(last, i).mrr() - on(i, i).mrr();
        }
        return last <= 0 ? 0 : sum / last;
    }
}
