package dev.mokha.cli;

import dev.mokha.knowledge.link.ComplEx;
import dev.mokha.knowledge.link.Corruption;
import dev.mokha.knowledge.link.DistMult;
import dev.mokha.knowledge.link.LinkRecipe;
import dev.mokha.knowledge.link.Objective;
import dev.mokha.knowledge.link.PairLoss;
import dev.mokha.knowledge.link.Regularizer;
import dev.mokha.knowledge.link.RotatE;
import dev.mokha.knowledge.link.TuckER;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a model is to learn all facts at once.
final class LinkOptions {
    private static final double MARGIN = 9;
    private static final int DIM = 200;

    /// Which scorer.
    enum Scorer {
        TRANSE,
        DISTMULT,
        COMPLEX,
        ROTATE,
        TUCKER
    }

    @Option(
            names = "--scorer",
            defaultValue = "TRANSE",
            description =
                    "TRANSE learns snapshot by snapshot. DISTMULT, COMPLEX, ROTATE and TUCKER learn the facts that"
                            + " hold now, all at once.")
    private Scorer scorer;

    @Option(
            names = "--recipe",
            paramLabel = "FILE",
            description = "Learns the facts that hold now by this file, the recipe.json of a link prediction.")
    private @Nullable Path recipe;

    /// {@return whether all facts are learned at once}
    boolean isChosen() {
        return recipe != null || scorer != Scorer.TRANSE;
    }

    /// What else may be said of it; null for the recipe's own.
    record Changes(
            @Nullable Integer dim,
            @Nullable Integer epochs,
            @Nullable Integer batchSize,
            @Nullable Double rate,
            @Nullable Long seed) {
        boolean isEmpty() {
            return dim == null && epochs == null && batchSize == null && rate == null && seed == null;
        }
    }

    /// {@return the recipe}: the file's, or one for the scorer in the ways of its paper.
    LinkRecipe recipe(Changes changes) {
        if (recipe != null) {
            return changed(LinkRecipe.read(recipe), changes);
        }
        int dim = changes.dim() == null ? DIM : changes.dim();
        LinkRecipe usual = LinkRecipe.fb15k237();
        return changed(
                switch (scorer) {
                    case COMPLEX -> usual.withScorer(ComplEx.Config.of(dim));
                    case DISTMULT -> usual.withScorer(DistMult.Config.of(dim));
                    case TUCKER ->
                        usual.withScorer(TuckER.Config.of(dim, dim))
                                .withRelationWeight(0)
                                .withRegularizer(Regularizer.none())
                                .withObjective(new Objective.KvsAll(Objective.Targets.BINARY, 0.1))
                                .withPace(new LinkRecipe.Pace(LinkRecipe.Method.ADAM, 5e-4, 128, 64));
                    case ROTATE ->
                        usual.withScorer(new RotatE.Config(dim, MARGIN))
                                .withRelationWeight(0)
                                .withRegularizer(Regularizer.none())
                                .withObjective(new Objective.Negatives(
                                        new Corruption(Corruption.Side.UNIFORM, true),
                                        64,
                                        new PairLoss.SelfAdversarial(MARGIN, 1)))
                                .withPace(new LinkRecipe.Pace(LinkRecipe.Method.ADAM, 1e-3, 512, 64));
                    case TRANSE -> throw new IllegalStateException("TransE is learned snapshot by snapshot");
                },
                changes);
    }

    private static LinkRecipe changed(LinkRecipe recipe, Changes changes) {
        LinkRecipe changed = recipe;
        LinkRecipe.Length length = recipe.length();
        LinkRecipe.Pace pace = recipe.pace();
        if (changes.epochs() != null) {
            changed = changed.withLength(new LinkRecipe.Length(changes.epochs(), length.every(), length.patience()));
        }
        if (changes.batchSize() != null || changes.rate() != null) {
            changed = changed.withPace(new LinkRecipe.Pace(
                    pace.method(),
                    changes.rate() == null ? pace.rate() : changes.rate(),
                    pace.fall(),
                    changes.batchSize() == null ? pace.batch() : changes.batchSize(),
                    pace.answers()));
        }
        return changes.seed() == null ? changed : changed.withSeed(changes.seed());
    }
}
