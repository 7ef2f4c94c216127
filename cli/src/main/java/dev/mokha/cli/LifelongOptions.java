package dev.mokha.cli;

import dev.mokha.knowledge.learn.LearningSettings;
import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import dev.mokha.knowledge.lifelong.Mode;
import dev.mokha.knowledge.lifelong.Official;
import dev.mokha.knowledge.lifelong.Stopping;
import dev.mokha.knowledge.lifelong.Training;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a model is to learn snapshot by snapshot. What is not said is as the method's authors have it.
final class LifelongOptions {
    private static final long SEED = 11; // LKGE's first

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description =
                    "How it learns without forgetting: rehearsal, lkge, incde, fastkge, ewc, si, emr, gem, pnn, cwr,"
                            + " mean, lan, finetune, retrain or snapshot. Default: rehearsal.")
    private @Nullable String method;

    @Option(
            names = "--weights",
            paramLabel = "SET",
            description = "The method's weights are those for this data set: ENTITY, RELATION, FACT or HYBRID."
                    + " Default: ENTITY.")
    private @Nullable String weights;

    @Option(names = "--mode", description = "CODE or PAPER: the program's ways or the paper's. Default: CODE.")
    private @Nullable Mode mode;

    @Option(names = "--dim", paramLabel = "COUNT", description = "How long vectors are; 200 by default.")
    private @Nullable Integer dim;

    @Option(names = "--margin", description = "The margin of the loss.")
    private @Nullable Double margin;

    @Option(names = "--negatives", paramLabel = "COUNT", description = "Of each fact.")
    private @Nullable Integer negatives;

    @Option(names = "--batch-size", paramLabel = "COUNT", description = "Facts a step.")
    private @Nullable Integer batchSize;

    @Option(names = "--rate", description = "Adam's, anew in each snapshot.")
    private @Nullable Double rate;

    @Option(names = "--epochs", paramLabel = "COUNT", description = "At most, in a snapshot.")
    private @Nullable Integer epochs;

    @Option(
            names = "--patience",
            paramLabel = "COUNT",
            description = "So many epochs without a better validation end a snapshot.")
    private @Nullable Integer patience;

    @Option(names = "--seed", description = "Equal seeds give equal vectors, on any number of threads. Default: 11.")
    private @Nullable Long seed;

    @Option(
            names = "--select",
            description = "VALID or TEST: which facts choose the best epoch. TEST is what LKGE's program does."
                    + " Default: VALID.")
    private @Nullable Selection select;

    /// {@return settings for a new model}
    LearningSettings settings() {
        String chosen = or(method, "rehearsal");
        String of = or(weights, "ENTITY");
        Training usual = Official.method(chosen, of).training(or(seed, SEED));
        return over(LearningSettings.of(chosen, of, Selection.VALID, usual));
    }

    /// {@return what also concerns a model that learns all at once}
    LinkOptions.Changes changes() {
        return new LinkOptions.Changes(dim, epochs, batchSize, rate, seed);
    }

    /// {@return whether something is said that only concerns learning snapshot by snapshot}
    boolean isAboutSnapshots() {
        return method != null
                || weights != null
                || mode != null
                || margin != null
                || negatives != null
                || patience != null
                || select != null;
    }

    /// {@return settings with what is said here in place of what they say}
    LearningSettings over(LearningSettings settings) {
        Training old = settings.training();
        var training = new Training(
                or(mode, old.mode()),
                or(dim, old.dim()),
                or(margin, old.margin()),
                or(negatives, old.negatives()),
                or(batchSize, old.batchSize()),
                or(rate, old.rate()),
                or(epochs, old.epochs()),
                patience == null
                        ? old.stopping()
                        : new Stopping(
                                patience,
                                old.stopping().takenBack(),
                                old.stopping().minimum()),
                or(seed, old.seed()));
        String chosen = or(method, settings.method());
        String of = or(weights, settings.weights());
        Official.method(chosen, of); // or says which there are
        return LearningSettings.of(chosen, of, or(select, settings.select()), training);
    }

    private static <T> T or(@Nullable T given, T other) {
        return given == null ? other : given;
    }
}
