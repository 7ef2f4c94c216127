package dev.mokha.language.finetune;

import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.stage.Stages;
import dev.mokha.nn.fit.Checkpoints;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.metric.Report;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// One recipe on one task: a head is drawn, everything trained, the held-out sets measured.
///
/// @param taught a teacher's outputs for what is learned from; empty without one
record TrialRun(
        EncoderFolder base,
        TaskData data,
        FineTune recipe,
        List<Item> train,
        Map<String, List<Item>> dev,
        List<Outputs> taught) {
    private static final int EVALUATIONS = 20;
    private static final int CHECKPOINTS = 5;

    /// Trains, or goes on from the checkpoints in `folder`.
    ///
    /// @param use what becomes of the trained model before it is closed
    Results.Trial run(Path folder, Progress progress, StopSignal stop, BiConsumer<TaskHead, Results.Trial> use) {
        try (TaskHead head = TaskHead.fresh(base, data.kind(), data.headLabels(), recipe)) {
            var scoring = new Scoring(data.kind(), data.headLabels().names());
            var task =
                    new FineTask(head, objective(), scoring, dev, data.metrics().getFirst());
            Fit.Result result = fit(task, folder, progress, stop);
            Results.Trial trial = measured(task, result, folder);
            use.accept(head, trial);
            return trial;
        }
    }

    private Fit.Result fit(FineTask task, Path folder, Progress progress, StopSignal stop) {
        var batches = new Bucketed<>(
                train.stream().mapToInt(Item::length).toArray(),
                recipe.batch(),
                recipe.seed(),
                which -> ItemBatch.of(
                        Arrays.stream(which).mapToObj(train::get).toList(),
                        taught.isEmpty()
                                ? List.of()
                                : Arrays.stream(which).mapToObj(taught::get).toList()));
        long steps = Math.max(1, (long) Math.ceil(recipe.epochs() * batches.perEpoch()));
        long epoch = Math.min(batches.perEpoch(), steps);
        long evaluate = recipe.patience() > 0 ? epoch : Math.max(epoch, steps / EVALUATIONS);
        long checkpoint = Math.max(epoch, steps / CHECKPOINTS);
        var config = recipe.optimizer(base.config().numHiddenLayers());
        try (var optimizer = new AdamW(task.head().model().params().trainable(), config)) {
            return Fit.steps(steps, recipe.schedule(steps))
                    .withClip(recipe.clip())
                    .withPrecision(recipe.precision())
                    .withEvery(new Fit.Every(Math.max(1, steps / 200), evaluate, checkpoint))
                    .withKeep(new Fit.Keep(1, keepsBest()))
                    .withPatience(recipe.patience())
                    .withOutput(folder)
                    .run(task, optimizer, batches, progress, stop);
        }
    }

    private boolean keepsBest() {
        return recipe.keepBest() || recipe.patience() > 0;
    }

    private Results.Trial measured(FineTask task, Fit.Result result, Path folder) {
        if (result.outcome() == Outcome.STOPPED) {
            Stages.requireFinished(result);
        }
        if (result.outcome() == Outcome.DIVERGED) {
            return new Results.Trial(recipe, Map.of(), Map.of("outcome", "diverged"), result.seconds());
        }
        if (keepsBest()) {
            new Checkpoints(folder).best().ifPresent(best -> restore(task.head(), best));
        }
        task.training(false);
        try (var _ = Scope.open("measure");
                var _ = Gradients.off()) {
            Map<String, Double> figures = task.evaluate().figures();
            List<Item> first = dev.values().iterator().next();
            Report report = task.scoring().report(first, Outputs.of(task.head(), first));
            Map<String, Object> details =
                    new LinkedHashMap<>(Scoring.details(report, task.scoring().labels()));
            details.put("steps", result.step());
            return new Results.Trial(recipe, figures, details, result.seconds());
        }
    }

    private static void restore(TaskHead head, Path checkpoint) {
        try (var _ = Scope.open("best weights");
                var _ = Gradients.off();
                var saved = Safetensors.open(checkpoint.resolve(Safetensors.FILE))) {
            Map<String, dev.mokha.tensor.Tensor> weights = new HashMap<>();
            saved.names().forEach(name -> weights.put(name, saved.tensor(name)));
            head.model().params().copyFrom(weights);
        }
    }

    private Objective objective() {
        long[] counts = new long[data.headLabels().count()];
        if (data.kind() == Kind.CLASSIFY || data.kind() == Kind.TAG) {
            train.forEach(item -> Arrays.stream(item.rowTargets()).forEach(target -> counts[(int) target]++));
        }
        return new Objective(
                data.kind(),
                recipe.weights().of(data.headLabels().names(), counts),
                recipe.smoothing(),
                recipe.distillation());
    }
}
