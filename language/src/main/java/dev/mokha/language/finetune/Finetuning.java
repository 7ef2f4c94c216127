package dev.mokha.language.finetune;

import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.folder.EncoderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.stage.Listener;
import dev.mokha.language.stage.Stages;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.tensor.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Fine-tunes an encoder for a task with every recipe of a grid. Everything is read and checked by
/// [#prepare], before anything is written; [#run] goes on where an earlier run of the same arguments
/// stopped.
///
/// A run folder holds `model/`, the best run's Hugging Face folder; `runs/NAME/` with the figures and
/// curves of each run and `runs/NAME.json` when it is done; `result.json`; and `report.html`.
public final class Finetuning {
    private final EncoderFolder base;
    private final TaskData data;
    private final Grid grid;
    private final List<Item> train;
    private final Map<String, List<Item>> dev;
    private final int cut;
    private final @Nullable Teacher teacher;

    private Finetuning(EncoderFolder base, TaskData data, Grid grid, TooLong tooLong) {
        FineTune recipe = grid.recipe();
        int room = Rooms.of(base.config());
        if (recipe.maxLength() > room) {
            throw new IllegalArgumentException("--max-length is " + recipe.maxLength() + ", but " + base.path()
                    + " has positions for " + room + " tokens");
        }
        if (data.kind() == Kind.CHOOSE && recipe.smoothing() > 0) {
            throw new IllegalArgumentException("labels of a choice are not smoothed; leave --smoothing at 0");
        }
        if (data.kind() == Kind.REGRESS
                && (recipe.smoothing() > 0 || !(recipe.weights() instanceof ClassWeights.Even))) {
            throw new IllegalArgumentException("a number has no classes to weigh or to smooth");
        }
        recipe.weights()
                .of(data.headLabels().names(), new long[data.headLabels().count()]);
        this.base = base;
        this.data = data;
        this.grid = grid;
        this.teacher = recipe.distillation() == null
                ? null
                : new Teacher(EncoderFolder.open(recipe.distillation().teacher()), data, recipe);
        var reading = new Reading(base.tokenizer(), recipe.maxLength(), tooLong);
        this.train = reading.items(data.train(), data.tags());
        this.dev = new LinkedHashMap<>();
        data.dev().forEach((name, examples) -> dev.put(name, reading.items(examples, data.tags())));
        this.cut = reading.cut();
        var scoring = new Scoring(data.kind(), data.headLabels().names());
        dev.values().forEach(scoring::requireKnown);
        scoring.requireKnown(train);
    }

    /// Reads and checks everything that the runs need.
    ///
    /// @param base the encoder to begin from, with its tokenizer
    /// @param tooLong what becomes of texts of more tokens than the recipe's
    public static Finetuning prepare(EncoderFolder base, TaskData data, Grid grid, TooLong tooLong) {
        return new Finetuning(base, data, grid, tooLong);
    }

    /// {@return how many texts were cut}
    public int cut() {
        return cut;
    }

    /// Trains with every recipe, and writes everything into `out`.
    ///
    /// @return what was found; null when the signal stopped it, and the same call will go on
    public @Nullable Results run(Path out, Listener listener, StopSignal stop) {
        Path runs = out.resolve("runs");
        var stages = new Stages(runs, listener, stop);
        List<Outputs> taught = new ArrayList<>();
        List<Stages.Stage> all = new ArrayList<>();
        for (List<FineTune> point : grid.points()) {
            for (FineTune recipe : point) {
                all.add(new Stages.Stage(
                        recipe.name(),
                        data.name() + ", " + recipe.name(),
                        () -> trial(recipe, out, stages, taught, listener, stop)));
            }
        }
        if (!stages.run(all)) {
            return null;
        }
        Results results = results(stages);
        new dev.mokha.language.stage.Ledger(out).done("result", results.json());
        FinetuneReport.write(out, base, data, grid, results);
        return results;
    }

    private Map<String, Object> trial(
            FineTune recipe, Path out, Stages stages, List<Outputs> taught, Listener listener, StopSignal stop) {
        if (teacher != null && taught.isEmpty()) {
            listener.say("the teacher answers " + train.size() + " examples");
            taught.addAll(teacher.teach(train));
        }
        Path folder = out.resolve("runs").resolve(recipe.name());
        String metric = data.metrics().getFirst();
        Results.Trial trial = new TrialRun(base, data, recipe, train, dev, taught)
                .run(folder, listener.training(recipe.name()), stop, (head, found) -> {
                    if (isBest(found, stages, metric)) {
                        EncoderParts parts =
                                base.parts().withLabels(data.kind() == Kind.CHOOSE ? null : data.headLabels());
                        FolderWriter.write(out.resolve("model"), head.model(), parts, DType.FLOAT32);
                    }
                });
        deleteCheckpoints(folder);
        StringBuilder line = new StringBuilder();
        data.metrics()
                .forEach(name -> line.append(line.isEmpty() ? "" : ", ")
                        .append(name)
                        .append(" %.4f".formatted(trial.figures().getOrDefault(name, Double.NaN))));
        listener.say(line.toString());
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("recipe", recipe.describe());
        found.put("figures", trial.figures());
        found.put("details", trial.details());
        found.put("seconds", trial.seconds());
        return found;
    }

    private boolean isBest(Results.Trial trial, Stages stages, String metric) {
        return grid.points().stream()
                .flatMap(List::stream)
                .filter(recipe -> stages.ledger().find(recipe.name()) != null)
                .noneMatch(recipe -> read(stages, recipe).score(metric) >= trial.score(metric));
    }

    private Results results(Stages stages) {
        return new Results(
                data.name(),
                data.metrics(),
                grid.points().stream()
                        .map(point -> new Results.Point(point.stream()
                                .map(recipe -> read(stages, recipe))
                                .toList()))
                        .toList());
    }

    private static Results.Trial read(Stages stages, FineTune recipe) {
        Map<String, Object> found = Objects.requireNonNull(stages.ledger().find(recipe.name()));
        Map<String, Double> figures = new LinkedHashMap<>();
        if (found.get("figures") instanceof Map<?, ?> map) {
            map.forEach((name, value) -> {
                if (value instanceof Number number) {
                    figures.put(name.toString(), number.doubleValue());
                }
            });
        }
        Map<String, Object> details = new LinkedHashMap<>();
        if (found.get("details") instanceof Map<?, ?> map) {
            map.forEach((name, value) -> details.put(name.toString(), value));
        }
        double seconds = found.get("seconds") instanceof Number number ? number.doubleValue() : 0;
        return new Results.Trial(recipe, figures, details, seconds);
    }

    /// What is done needs no checkpoints, and they are three times as large as the model.
    private static void deleteCheckpoints(Path folder) {
        for (Path checkpoint : new dev.mokha.nn.fit.Checkpoints(folder).all()) {
            try (Stream<Path> files = Files.list(checkpoint)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
                Files.delete(checkpoint);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot delete " + checkpoint + ": " + e.getMessage(), e);
            }
        }
    }
}
