package dev.mokha.language.masking;

import dev.mokha.nn.fit.Batches;
import java.util.ArrayList;
import java.util.List;

/// An endless source of batches of masked examples: each pass over the corpus in a new order. The batch of a
/// number is a function of the seeds alone, so a training that resumes sees what it would have seen. Memory
/// holds where the examples of one pass lie, never the examples.
public final class MaskedBatches implements Batches<List<Masked>> {
    private final Sequences sequences;
    private final Masking masking;
    private final Pieces pieces;
    private final Drawing drawing;
    private Sequences.Plan plan;
    private int[] order;
    private long pass;
    private int at;

    /// How examples are drawn.
    ///
    /// @param batchSize examples in a batch
    /// @param duplicates static masking: after so many passes the same sequences and masks come again, as
    ///     with the official builder's 10 copies. 0 is dynamic masking: no pass repeats another
    /// @param seed of the order and the masks
    public record Drawing(int batchSize, int duplicates, long seed) {
        public Drawing {
            if (batchSize < 1 || duplicates < 0) {
                throw new IllegalArgumentException("a batch holds at least 1 example, duplicates are 0 or more; got "
                        + batchSize + " and " + duplicates);
            }
        }

        /// New pairs and masks in each pass.
        public static Drawing dynamic(int batchSize, long seed) {
            return new Drawing(batchSize, 0, seed);
        }

        long copy(long pass) {
            return duplicates == 0 ? pass : pass % duplicates;
        }
    }

    public MaskedBatches(Sequences sequences, Masking masking, Pieces pieces, Drawing drawing) {
        this.sequences = sequences;
        this.masking = masking;
        this.pieces = pieces;
        this.drawing = drawing;
        this.plan = sequences.plan(0);
        this.order = order();
    }

    @Override
    public List<Masked> next() {
        List<Masked> batch = new ArrayList<>(drawing.batchSize);
        while (batch.size() < drawing.batchSize) {
            if (at == plan.size()) {
                begin(pass + 1);
            }
            int number = order[at++];
            var draw = new Masking.Draw(drawing.seed, drawing.copy(pass), number);
            batch.add(masking.mask(plan.sequence(number), pieces, draw));
        }
        return batch;
    }

    /// {@return the pass and the number of examples drawn in it, such as `3:1024`}
    @Override
    public String position() {
        return pass + ":" + at;
    }

    @Override
    public void restore(String position) {
        int colon = position.indexOf(':');
        long wanted;
        int drawn;
        try {
            wanted = Long.parseLong(position.substring(0, Math.max(0, colon)));
            drawn = Integer.parseInt(position.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + position + "' is no position of the form PASS:EXAMPLES", e);
        }
        if (wanted < 0 || drawn < 0) {
            throw new IllegalArgumentException("'" + position + "': neither pass nor examples can be negative");
        }
        if (wanted != pass) {
            begin(wanted);
        }
        if (drawn > plan.size()) {
            throw new IllegalArgumentException("'" + position + "' is past the " + plan.size()
                    + " examples of its pass: it is of another corpus or another recipe");
        }
        at = drawn;
    }

    @Override
    public long perEpoch() {
        return Math.max(1, plan.size() / drawing.batchSize);
    }

    private void begin(long wanted) {
        pass = wanted;
        plan = sequences.plan(drawing.copy(pass));
        order = order();
        at = 0;
    }

    private int[] order() {
        return Draws.order(plan.size(), Draws.of(drawing.seed, pass, Draws.EXAMPLE_ORDER));
    }
}
