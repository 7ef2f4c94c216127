package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.store.StoredFigure;
import dev.mokha.knowledge.store.StoredFigure.Among;
import dev.mokha.knowledge.store.StoredFigure.Moment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;

/// A model's figures as the matrix h(i, j): on test j after learning snapshot i. Where an update was
/// examined among drawn entities only, those figures stand in its row.
public final class Figures {
    private record Place(int learned, int test, Moment moment) {}

    private final Map<Place, StoredFigure> figures = new HashMap<>();
    private final NavigableSet<Integer> learned = new TreeSet<>();
    private final NavigableSet<Integer> tests = new TreeSet<>();

    /// @param among which figures are wanted, [Among#SNAPSHOT] or [Among#NOW]
    public Figures(List<StoredFigure> all, Among among) {
        for (StoredFigure one : all) {
            if (one.among() == among || one.among() == Among.POOL) {
                figures.put(new Place(one.learned(), one.test(), one.moment()), one);
                learned.add(one.learned());
                tests.add(one.test());
            }
        }
    }

    /// {@return the snapshots after which there are figures}
    public NavigableSet<Integer> learned() {
        return new TreeSet<>(learned);
    }

    /// {@return the snapshots on whose tests there are figures}
    public NavigableSet<Integer> tests() {
        return new TreeSet<>(tests);
    }

    /// {@return the figures on a test after a snapshot was learned, or before}
    public Optional<StoredFigure> on(int snapshot, int test, Moment moment) {
        return Optional.ofNullable(figures.get(new Place(snapshot, test, moment)));
    }

    /// {@return the MRR on all tests after a snapshot, each weighted by its size: "Whole"}, where an update
    /// asked some facts of a test, by the size of that test when its own snapshot was learned.
    public OptionalDouble whole(int snapshot) {
        double sum = 0;
        long count = 0;
        for (int test : tests) {
            StoredFigure one = figures.get(new Place(snapshot, test, Moment.AFTER));
            if (one != null) {
                long size = on(test, test, Moment.AFTER).orElse(one).count();
                sum += one.mrr() * size;
                count += size;
            }
        }
        return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count);
    }

    /// {@return forward transfer: the mean MRR on a snapshot's test before it was learned, the first left
    /// out}
    public OptionalDouble forwardTransfer() {
        return learned.stream()
                .filter(i -> i > 0)
                .flatMap(i -> on(i, i, Moment.BEFORE).stream())
                .mapToDouble(StoredFigure::mrr)
                .average();
    }

    /// {@return backward transfer: the mean change of the MRR on a test, from when its snapshot was learned
    /// to the last}
    public OptionalDouble backwardTransfer() {
        if (learned.isEmpty()) {
            return OptionalDouble.empty();
        }
        int last = learned.last();
        Map<Integer, Double> changes = new TreeMap<>();
        for (int test : tests.headSet(last)) {
            var then = on(test, test, Moment.AFTER);
            var now = on(last, test, Moment.AFTER);
            if (then.isPresent()
                    && now.isPresent()
                    && then.get().among() == now.get().among()) {
                changes.put(test, now.get().mrr() - then.get().mrr());
            }
        }
        return changes.values().stream().mapToDouble(Double::doubleValue).average();
    }
}
