package dev.mokha.language.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/// From logits to the draw, stage by stage. What does nothing is left out, so that equal chains draw alike.
///
/// @param stages in the order in which they are taken, at most one of a kind
public record Chain(List<Stage> stages) {
    public Chain {
        stages = stages.stream().filter(stage -> !stage.idle()).toList();
        var kinds = EnumSet.noneOf(Stage.Kind.class);
        for (Stage stage : stages) {
            if (!kinds.add(stage.kind())) {
                throw new IllegalArgumentException("two stages of the kind " + stage.kind() + " in " + stages);
            }
        }
        if (kinds.contains(Stage.Kind.MIROSTAT)) {
            kinds.remove(Stage.Kind.TEMPERATURE);
            if (kinds.size() > 1 || stages.getLast().kind() != Stage.Kind.MIROSTAT) {
                throw new IllegalArgumentException(
                        "mirostat stands behind the temperature and in place of all cuts, not in " + stages);
            }
        }
    }

    /// These stages in this order.
    public static Chain of(Stage... stages) {
        return new Chain(Arrays.asList(stages));
    }

    /// {@return with this stage: where the one of its kind was, else at its place in [Stage.Kind]'s order.
    /// Mirostat replaces all cuts, and any cut replaces it}
    public Chain with(Stage stage) {
        var kept = new ArrayList<Stage>();
        int place = -1;
        for (Stage each : stages) {
            if (each.kind() == stage.kind()) {
                place = kept.size();
            } else if (stage.idle() || !excludes(stage.kind(), each.kind())) {
                kept.add(each);
            }
        }
        if (place < 0) {
            place = (int) kept.stream()
                    .takeWhile(each -> each.kind().compareTo(stage.kind()) < 0)
                    .count();
        }
        kept.add(place, stage);
        return new Chain(kept);
    }

    private static boolean excludes(Stage.Kind one, Stage.Kind other) {
        return one != Stage.Kind.TEMPERATURE
                && other != Stage.Kind.TEMPERATURE
                && (one == Stage.Kind.MIROSTAT || other == Stage.Kind.MIROSTAT);
    }

    /// {@return the same stages in this order; kinds that it does not name come last}
    public Chain inOrder(List<Stage.Kind> order) {
        var by = Comparator.comparingInt(
                (Stage stage) -> order.contains(stage.kind()) ? order.indexOf(stage.kind()) : order.size());
        return new Chain(stages.stream().sorted(by).toList());
    }

    /// {@return what divides the logits}
    public double temperature() {
        return find(Stage.Temperature.class).map(Stage.Temperature::value).orElse(1.0);
    }

    /// {@return the stage of a kind, when there is one}
    public <S extends Stage> Optional<S> find(Class<S> kind) {
        return stages.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }
}
