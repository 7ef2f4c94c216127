package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.FactSink;
import dev.mokha.knowledge.triples.Split;
import java.util.SplittableRandom;

/// Passes on facts and holds some of those to learn from back, to choose a model by or to test it with.
/// Which they are depends on the seed and their order alone.
public final class HeldOut implements FactSink {
    private final FactSink next;
    private final double valid;
    private final double test;
    private final SplittableRandom random;

    /// @param valid the share to choose by, from 0 to 1
    /// @param test the share to test with; both together leave something to learn
    public HeldOut(FactSink next, double valid, double test, long seed) {
        if (!(valid >= 0) || !(test >= 0) || !(valid + test < 1)) {
            throw new IllegalArgumentException(
                    "shares are 0 or more and together below 1, not " + valid + " and " + test);
        }
        this.next = next;
        this.valid = valid;
        this.test = test;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void fact(Fact fact, long line, String snapshot, Split split) {
        double place = random.nextDouble();
        Split own = place < valid ? Split.VALID : place < valid + test ? Split.TEST : Split.TRAIN;
        next.fact(fact, line, snapshot, split == Split.TRAIN ? own : split);
    }

    @Override
    public void read(long bytes) {
        next.read(bytes);
    }

    @Override
    public void mention(String entity, String text, long line) {
        next.mention(entity, text, line);
    }

    @Override
    public void prefix(String name, String iri) {
        next.prefix(name, iri);
    }
}
