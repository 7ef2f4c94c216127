package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.TranslationLoss;
import dev.mokha.knowledge.graph.Incidence;
import java.util.SplittableRandom;

/// What a method is given to learn a snapshot.
///
/// @param state what was known before
/// @param opened the vectors with rows for all that the snapshot brings, as [Method#open] made them
public record Assignment(State state, Vectors opened, Snapshot snapshot, Training training, Crew crew) {
    private static final int OPENING = -1;
    private static final int OUTSIDE = -2;

    /// {@return draws for the rows of new entities and relations}
    static SplittableRandom opening(Training training, Snapshot snapshot) {
        return training.random(snapshot.number(), OPENING);
    }

    /// {@return draws for what a method does before or after the epochs; the same each time}
    public SplittableRandom random() {
        return training.random(snapshot.number(), OUTSIDE);
    }

    /// {@return the snapshot's new facts by entities}
    public Incidence edges() {
        return Incidence.of(snapshot.train(), snapshot.entities(), snapshot.relations());
    }

    /// {@return the loss of facts}
    public TranslationLoss loss() {
        return new TranslationLoss(training.margin(), crew);
    }

    /// {@return negatives are drawn among the entities before this one: the programs never draw the last}
    public int below() {
        return Math.max(1, snapshot.entities() - (training.mode() == Mode.CODE ? 1 : 0));
    }
}
