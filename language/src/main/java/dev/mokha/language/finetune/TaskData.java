package dev.mokha.language.finetune;

import dev.mokha.language.encoder.Labels;
import dev.mokha.language.encoder.Problem;
import dev.mokha.language.task.Example;
import dev.mokha.language.task.Glue;
import dev.mokha.language.task.Glue.Split;
import dev.mokha.language.task.LabelSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A task: what is asked, what there is to learn from, and what the model is measured on.
///
/// @param name for people
/// @param kind what is asked
/// @param labels the classes or tags; null where there are none
/// @param metrics the figures that count; the first decides which model is best
/// @param train to learn from
/// @param dev held out, by name; the first decides
public record TaskData(
        String name,
        Kind kind,
        @Nullable LabelSet labels,
        List<String> metrics,
        List<? extends Example> train,
        Map<String, List<? extends Example>> dev) {
    public TaskData {
        metrics = List.copyOf(metrics);
        train = List.copyOf(train);
        dev = Collections.unmodifiableMap(new LinkedHashMap<>(dev));
        if (train.isEmpty() || dev.isEmpty() || metrics.isEmpty()) {
            throw new IllegalArgumentException(
                    "a task needs examples to learn from, held-out ones, and a metric; " + name + " lacks one");
        }
        if ((kind == Kind.CLASSIFY || kind == Kind.TAG) != (labels != null)) {
            throw new IllegalArgumentException(kind + " and labels " + labels + " do not go together");
        }
    }

    /// {@return a task of one's own, measured by the usual [#metrics] of its kind}
    ///
    /// @param labels the classes or tags; null for kinds without
    public static TaskData of(
            String name,
            Kind kind,
            @Nullable LabelSet labels,
            List<? extends Example> train,
            List<? extends Example> dev) {
        return new TaskData(name, kind, labels, metrics(kind), train, Map.of("dev", dev));
    }

    /// {@return a task of GLUE, whose folder holds its training and development sets}
    public static TaskData glue(Glue task, Path folder) {
        Map<String, List<? extends Example>> dev = new LinkedHashMap<>();
        dev.put("dev", task.read(folder, Split.DEV));
        if (task == Glue.MNLI && task.has(folder, Split.DEV_MISMATCHED)) {
            dev.put("dev_mismatched", task.read(folder, Split.DEV_MISMATCHED));
        }
        return new TaskData(
                task.title(),
                task.isRegression() ? Kind.REGRESS : Kind.CLASSIFY,
                task.isRegression() ? null : task.labels(),
                task.metrics(),
                task.read(folder, Split.TRAIN),
                dev);
    }

    /// {@return the figures that count for a kind of task when nothing else is said}
    public static List<String> metrics(Kind kind) {
        return switch (kind) {
            case CLASSIFY -> List.of("accuracy", "f1", "matthews_correlation");
            case REGRESS -> List.of("pearson", "spearmanr");
            case TAG -> List.of("f1", "precision", "recall");
            case CHOOSE -> List.of("accuracy");
        };
    }

    /// {@return the same with fewer examples to learn from: the first so many}
    public TaskData withTrain(int first) {
        return new TaskData(name, kind, labels, metrics, train.subList(0, Math.min(first, train.size())), dev);
    }

    /// {@return the same with another figure that decides; null leaves it}
    public TaskData deciding(@Nullable String metric) {
        if (metric == null || metrics.getFirst().equals(metric)) {
            return this;
        }
        List<String> others = new ArrayList<>(List.of(metric));
        metrics.stream().filter(name -> !name.equals(metric)).forEach(others::add);
        return new TaskData(name, kind, labels, others, train, dev);
    }

    /// {@return the classes as `config.json` holds them}
    Labels headLabels() {
        return labels == null ? Labels.numbered(1, Problem.REGRESSION) : Labels.of(labels.names());
    }

    /// {@return the tags; null for other kinds}
    @Nullable
    LabelSet tags() {
        return kind == Kind.TAG ? labels : null;
    }
}
