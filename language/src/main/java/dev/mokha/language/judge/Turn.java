package dev.mokha.language.judge;

import dev.mokha.language.evaluate.Bootstrap;
import dev.mokha.language.evaluate.TaskResult.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One turn of a question that was judged, and what it counts. Turns of one question stand or fall together,
/// so it is questions that an interval draws.
interface Turn {
    Question question();

    /// {@return its number, from 0}
    int turn();

    /// {@return what it counts; null where there is no verdict}
    @Nullable
    Double value();

    /// {@return what the judge said, where it gave no verdict}
    Judging.Told unclear();

    /// {@return the turns without a verdict, such as `81, turn 2`, and why}
    static List<String> without(List<? extends Turn> turns) {
        return turns.stream()
                .filter(turn -> turn.value() == null)
                .map(turn -> {
                    String refusal = turn.unclear().refusal();
                    String place = turn.question().id() + ", turn " + (turn.turn() + 1);
                    return refusal.isEmpty() ? place : place + ": the judge " + refusal;
                })
                .toList();
    }

    /// {@return the mean of each turn, from turn 1}
    static Map<Integer, Figure> byTurn(List<? extends Turn> turns) {
        return groups(turns, turn -> turn.turn() + 1);
    }

    /// {@return the mean of each category; nothing without categories}
    static Map<String, Figure> byCategory(List<? extends Turn> turns) {
        List<? extends Turn> named = turns.stream()
                .filter(turn -> !turn.question().category().isEmpty())
                .toList();
        return groups(named, turn -> turn.question().category());
    }

    private static <K> Map<K, Figure> groups(List<? extends Turn> turns, Function<Turn, K> key) {
        Map<K, List<Turn>> groups = new LinkedHashMap<>();
        turns.stream()
                .filter(turn -> turn.value() != null)
                .forEach(turn -> groups.computeIfAbsent(key.apply(turn), _ -> new ArrayList<>())
                        .add(turn));
        Map<K, Figure> figures = new LinkedHashMap<>();
        groups.forEach((group, inside) -> figures.put(group, mean(String.valueOf(group), inside, Turn::value)));
        return figures;
    }

    /// {@return the mean over the turns that have a value, with the 95 % interval over questions}
    static <T extends Turn> Figure mean(String name, List<T> turns, Function<T, @Nullable Double> value) {
        Map<String, List<Double>> byQuestion = new LinkedHashMap<>();
        for (T turn : turns) {
            @Nullable Double counted = value.apply(turn);
            if (counted != null) {
                byQuestion
                        .computeIfAbsent(turn.question().id(), _ -> new ArrayList<>())
                        .add(counted);
            }
        }
        double[] sums = new double[byQuestion.size()];
        double[] counts = new double[sums.length];
        double sum = 0;
        int all = 0;
        int at = 0;
        for (List<Double> values : byQuestion.values()) {
            sums[at] = values.stream().mapToDouble(Double::doubleValue).sum();
            counts[at] = values.size();
            sum += sums[at];
            all += values.size();
            at++;
        }
        var spread =
                Bootstrap.spread(sums.length, 0, places -> Bootstrap.sum(sums, places) / Bootstrap.sum(counts, places));
        return new Figure(name, true, sum / all, spread.deviation(), spread.low(), spread.high(), all);
    }
}
