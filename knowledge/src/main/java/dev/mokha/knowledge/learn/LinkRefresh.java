package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.link.LinkRecipe;
import dev.mokha.knowledge.link.LinkRecipe.Length;
import dev.mokha.knowledge.link.LinkRecipe.Pace;

/// How a model that learned all facts at once goes on when the graph changes.
///
/// @param epochs passes over the facts that are learned, at most
/// @param pace the learning rate is so many times the recipe's
/// @param whole whether all facts that hold now are learned, or those near the change with a rehearsal of
///     others: the new ones, up to 64 around each entity that the change touches, of each question that
///     lost an answer one that remains
/// @param rehearsal so many others are drawn for each fact that is near
/// @param tests so many of the earlier snapshots' test facts are asked at most
public record LinkRefresh(int epochs, double pace, boolean whole, double rehearsal, int tests) {
    /// Epochs without a better measurement after which it ends.
    private static final int PATIENCE = 3;

    /// A few epochs on what is near and three times as many others.
    public static final LinkRefresh USUAL = new LinkRefresh(10, 1, false, 3, 1000);

    public LinkRefresh {
        if (epochs < 1) {
            throw new IllegalArgumentException("epochs are 1 or more, not " + epochs);
        }
        if (!(pace > 0) || Double.isInfinite(pace)) {
            throw new IllegalArgumentException("the learning rate is multiplied with a number above 0, not " + pace);
        }
        if (!(rehearsal >= 0) || Double.isInfinite(rehearsal)) {
            throw new IllegalArgumentException("0 or more other facts are rehearsed for each, not " + rehearsal);
        }
        if (tests < 0) {
            throw new IllegalArgumentException("tests are 0 or more, not " + tests);
        }
    }

    /// {@return the recipe by which a snapshot is learned}
    LinkRecipe of(LinkRecipe usual, int snapshot) {
        Pace its = usual.pace();
        return usual.withLength(new Length(epochs, 1, PATIENCE))
                .withPace(new Pace(its.method(), pace * its.rate(), its.fall(), its.batch(), its.answers()))
                .withSeed(usual.seed() + snapshot); // another order than the snapshot's before
    }
}
