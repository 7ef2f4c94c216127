package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.embed.Contrast;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.TranslationLoss;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.rank.DistanceRanker;
import dev.mokha.knowledge.rank.Ranker;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// What a method does while one snapshot is learned. [Lifelong] runs the epochs and asks at each point.
///
/// Points that few methods need do nothing unless a lesson says otherwise.
public interface Lesson {
    /// {@return the vectors that training begins with; it changes them}
    Vectors start();

    /// {@return the facts to learn, in the directions in which they are learned; none to learn nothing}
    Facts train();

    /// {@return the facts to choose an epoch by, each then asked in both directions; without any the last
    /// epoch counts}
    Facts valid();

    /// {@return what the snapshot leaves behind}
    ///
    /// @param best the vectors of the epoch that validated best
    State end(Vectors best);

    /// {@return terms that are added to the loss of facts}
    default List<Penalty.Weighted> penalties() {
        return List.of();
    }

    /// {@return whether facts come in a new random order each epoch}
    default boolean shuffles() {
        return true;
    }

    /// {@return what is minimised of a positive's and its negatives' distances}
    default Contrast contrast(Training training) {
        return new Contrast.MeanMargin(training.margin());
    }

    /// {@return what facts are measured with: unless a lesson says otherwise, the rows that are learned}
    ///
    /// @param loss of rows
    default FactLoss loss(TranslationLoss loss) {
        return FactLoss.ofRows(loss);
    }

    /// {@return what ranks facts to choose an epoch by}
    ///
    /// @param at the vectors as they are
    default Ranker ranker(Vectors at, Crew crew) {
        return new DistanceRanker(at.entities(), at.relations(), crew);
    }

    /// {@return what moves the vectors}
    default Optimizer optimizer(Training training) {
        return new AdamOptimizer(start(), training.rate());
    }

    /// An epoch begins, or is gone on from.
    default void begin(int epoch) {}

    /// Adds further facts to a batch that has its own.
    default void fill(Batch batch, SplittableRandom random) {}

    /// Changes a gradient before the step is taken: masks or projects it.
    default void bend(Step step, SplittableRandom random) {}

    /// A step has been taken.
    default void stepped(Step step) {}

    /// The epoch that ended is the best so far.
    default void best() {}

    /// {@return what else must be kept to go on at an epoch's beginning, by name: the arrays themselves,
    /// which a checkpoint copies and writes over}
    default Map<String, double[]> parts() {
        return Map.of();
    }

    /// One step.
    ///
    /// @param at the vectors: before the step in [#bend], after it in [#stepped]
    /// @param gradient of the whole loss
    /// @param positives of the batch
    record Step(Vectors at, Vectors gradient, int positives) {}
}
