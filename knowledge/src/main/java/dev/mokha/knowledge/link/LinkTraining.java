package dev.mokha.knowledge.link;

import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.link.Objective.KvsAll;
import dev.mokha.knowledge.link.Objective.Negatives;
import dev.mokha.knowledge.link.Objective.OneVsAll;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.nn.Mode;
import dev.mokha.nn.fit.Batches;
import dev.mokha.nn.fit.Checkpoints;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.Adagrad;
import dev.mokha.nn.optim.Adam;
import dev.mokha.nn.optim.Optimizer;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.nn.optim.Sgd;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Trains a model on a graph's facts by a recipe, measures it on the facts to choose by as it goes, and
/// gives back the model that was measured best.
///
/// With an output folder it writes `recipe.json`, checkpoints, figures, and at the end the best model's
/// `config.json` and `model.safetensors`; run again, it goes on from the newest checkpoint to the floats of
/// a run that was never interrupted.
///
/// @param output where to; null to write nothing
/// @param progress told of steps and measurements
/// @param stop raised to end sooner, with a checkpoint
public record LinkTraining(@Nullable Path output, Progress progress, StopSignal stop) {
    /// Writes nothing and says nothing.
    public static LinkTraining quiet() {
        return new LinkTraining(null, Progress.none(), new StopSignal());
    }

    /// What came of it.
    ///
    /// @param model the best one, which the caller closes
    /// @param result how the run ended; its best score is the mean reciprocal rank with a minus
    /// @param epochs passes over the facts that were made, resumed ones included
    public record Trained(LinkModel model, Fit.Result result, int epochs) {}

    /// Trains until the recipe's length is reached or something ends it sooner.
    ///
    /// @throws IllegalArgumentException when the output folder is of a recipe that differs in more than its
    ///     length
    public Trained run(LinkRecipe recipe, LinkData data) {
        var config = new LinkModel.Config(recipe.scorer(), data.entities(), data.relations());
        var model = LinkModel.fresh(config, recipe.seed());
        try {
            return goOn(recipe, data, new Start(model, data.of(Split.TRAIN), data.of(Split.VALID)));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /// Where a training begins, and on what it goes on.
    ///
    /// @param model what is trained, and what comes out; it stays the caller's
    /// @param learned those of the facts to learn from whose questions are asked. An objective over
    ///     questions asks them with all their answers, since one that is left out would count as wrong; the
    ///     others are known, so that none is drawn as a wrong one
    /// @param choosing those of the facts to choose by that are asked
    public record Start(LinkModel model, Facts learned, Facts choosing) {}

    /// Trains a model that may have learned already, as [#run] does. The optimiser begins anew, and what is
    /// measured best is sought among the epochs from here on: the beginning is none of them.
    ///
    /// @param data all facts of the graph
    /// @throws IllegalArgumentException when the output folder is of a recipe that differs in more than its
    ///     length
    public Trained goOn(LinkRecipe recipe, LinkData data, Start start) {
        LinkModel model = start.model();
        try (var task = new LinkTask(start, recipe, data);
                var optimizer = optimizer(recipe, model.params().trainable())) {
            writeRecipe(recipe);
            Batches<LinkBatch> batches = batches(recipe, data, start);
            Fit.Result result = fit(recipe, batches.perEpoch()).run(task, optimizer, batches, progress, stop);
            model.params().mode(Mode.EVAL);
            backToBest(model, task, result);
            if (output != null) {
                model.save(output);
            }
            return new Trained(model, result, (int) Math.ceilDiv(result.step(), batches.perEpoch()));
        }
    }

    private Fit fit(LinkRecipe recipe, long perEpoch) {
        long every = recipe.length().every() * perEpoch;
        return Fit.epochs(recipe.length().epochs(), schedule(recipe, perEpoch))
                .withClip(Double.POSITIVE_INFINITY)
                .withPrecision(recipe.precision())
                .withEvery(new Fit.Every(perEpoch, every, every))
                .withPatience(recipe.length().patience())
                .withOutput(output);
    }

    private static Schedule schedule(LinkRecipe recipe, long perEpoch) {
        double rate = recipe.pace().rate();
        long steps = recipe.length().epochs() * perEpoch;
        return switch (recipe.pace().fall()) {
            case NONE -> new Schedule.Constant(rate);
            case LINEAR -> new Schedule.WarmupLinear(rate, 0, 0, steps);
            case COSINE -> new Schedule.WarmupCosine(rate, 0, 0, steps);
        };
    }

    private static Batches<LinkBatch> batches(LinkRecipe recipe, LinkData data, Start start) {
        Facts train = data.of(Split.TRAIN);
        Facts learned = start.learned();
        int size = recipe.pace().batch();
        return switch (recipe.objective()) {
            case Negatives negatives ->
                new PairedBatches(
                        learned,
                        new Sampler(negatives.corruption(), train, start.model().config()),
                        negatives.count(),
                        new Epochs(learned.size(), size, recipe.seed()));
            case OneVsAll _ ->
                new AskedBatches(QuestionTable.of(learned, train), recipe.pace().answers(), size, recipe.seed());
            // A label that is left out would be a wrong one, so questions keep all their answers.
            case KvsAll _ -> new AskedBatches(QuestionTable.of(learned, train), Integer.MAX_VALUE, size, recipe.seed());
        };
    }

    private static Optimizer optimizer(LinkRecipe recipe, Map<String, Tensor> parameters) {
        return switch (recipe.pace().method()) {
            case ADAGRAD -> new Adagrad(parameters, Adagrad.Config.standard());
            case ADAM -> new Adam(parameters, Adam.Config.standard());
            case SGD -> new Sgd(parameters, Sgd.Config.plain());
        };
    }

    private void backToBest(LinkModel model, LinkTask task, Fit.Result result) {
        if (task.bestScore() == result.bestScore() && task.restoreBest()) {
            return;
        }
        // The best measurement was made before this run resumed, so only a checkpoint has it.
        Optional<Path> best = output == null ? Optional.empty() : new Checkpoints(output).best();
        best.ifPresent(folder -> {
            try (var _ = Scope.open("best");
                    var saved = Safetensors.open(folder)) {
                Map<String, Tensor> tensors = new LinkedHashMap<>();
                saved.names().forEach(name -> tensors.put(name, saved.tensor(name)));
                model.params().copyFrom(tensors);
            }
        });
    }

    private void writeRecipe(LinkRecipe recipe) {
        if (output == null) {
            return;
        }
        Path file = output.resolve("recipe.json");
        try {
            if (Files.exists(file)) {
                requireTheSame(LinkRecipe.read(file), recipe, file);
            }
            Files.createDirectories(output);
            Files.writeString(file, recipe.json());
        } catch (IOException e) {
            throw new UncheckedIOException(file + " could not be written", e);
        }
    }

    private static void requireTheSame(LinkRecipe begun, LinkRecipe recipe, Path file) {
        if (!begun.withLength(recipe.length()).equals(recipe)) {
            throw new IllegalArgumentException(file + " differs in more than its length; give that recipe to go on,"
                    + " or another folder to begin anew");
        }
        int epochs = begun.length().epochs();
        if (recipe.pace().fall() != LinkRecipe.Fall.NONE
                && epochs != recipe.length().epochs()) {
            throw new IllegalArgumentException("%s was begun with a learning rate that falls over %d epochs, not %d; "
                            .formatted(file, epochs, recipe.length().epochs())
                    + "give that many to go on, or another folder to begin anew");
        }
    }
}
