package dev.mokha.nn.metric;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Named entities found, counted as the `conlleval` program of the CoNLL shared tasks and `seqeval` count
/// them: an entity is right only when its first word, its last word and its type all are.
public final class EntityF1 implements Report {
    private final Map<String, Counts> types = new TreeMap<>();
    private long words;
    private long rightWords;

    /// The entities of a type.
    ///
    /// @param right found as they are
    /// @param predicted found
    /// @param present there
    public record Counts(long right, long predicted, long present) {
        /// {@return how much of what was found is right; 0 when nothing was found}
        public double precision() {
            return predicted == 0 ? 0 : (double) right / predicted;
        }

        /// {@return how much of what is there was found; 0 when nothing is there}
        public double recall() {
            return present == 0 ? 0 : (double) right / present;
        }

        /// {@return the harmonic mean of the two}
        public double f1() {
            return predicted + present == 0 ? 0 : 2.0 * right / (predicted + present);
        }

        private Counts plus(Counts other) {
            return new Counts(right + other.right, predicted + other.predicted, present + other.present);
        }
    }

    /// Takes a sentence in.
    ///
    /// @param actual the tags of its words
    /// @param predicted as many
    public void add(List<String> actual, List<String> predicted) {
        if (actual.size() != predicted.size()) {
            throw new IllegalArgumentException("a sentence of " + actual.size() + " tags has " + predicted.size()
                    + " predictions; each word needs one");
        }
        Set<Span> there = new HashSet<>(Span.read(actual));
        Set<Span> found = new HashSet<>(Span.read(predicted));
        there.forEach(span -> count(span, new Counts(0, 0, 1)));
        found.forEach(span -> count(span, new Counts(there.contains(span) ? 1 : 0, 1, 0)));
        words += actual.size();
        for (int i = 0; i < actual.size(); i++) {
            rightWords += actual.get(i).equals(predicted.get(i)) ? 1 : 0;
        }
    }

    private void count(Span span, Counts more) {
        types.merge(span.type(), more, Counts::plus);
    }

    /// {@return the counts of each type, by name}
    public Map<String, Counts> types() {
        return Collections.unmodifiableMap(types);
    }

    /// {@return the counts of all types together: the official figure}
    public Counts overall() {
        return types.values().stream().reduce(new Counts(0, 0, 0), Counts::plus);
    }

    /// {@return the mean of the types' F1; 0 without any}
    public double macroF1() {
        return types.values().stream().mapToDouble(Counts::f1).average().orElse(0);
    }

    /// {@return the share of words whose tag is right; NaN without words}
    public double accuracy() {
        return (double) rightWords / words;
    }

    /// {@return `precision`, `recall` and `f1` of all entities, the `accuracy` of tags, and `f1_macro` over
    /// types}
    @Override
    public Map<String, Double> figures() {
        Counts overall = overall();
        var figures = new LinkedHashMap<String, Double>();
        figures.put("precision", overall.precision());
        figures.put("recall", overall.recall());
        figures.put("f1", overall.f1());
        figures.put("accuracy", accuracy());
        figures.put("f1_macro", macroF1());
        return figures;
    }
}
