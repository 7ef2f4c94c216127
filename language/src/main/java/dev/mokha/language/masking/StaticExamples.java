package dev.mokha.language.masking;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// The examples that the official builder writes: several passes over the corpus, each with its own pairs
/// and masks, all in one random order. Memory holds where they lie, some 28 bytes each, and a few thousand
/// of them.
public final class StaticExamples implements ExampleFile.Source {
    private static final int CHUNK = 256;

    private final Masking masking;
    private final Pieces pieces;
    private final Copies copies;
    private final int threads;
    private final List<Sequences.Plan> plans;
    private final int[] ends;

    /// How many copies of the corpus there are.
    ///
    /// @param duplicates passes over the corpus: `dupe_factor`
    /// @param seed of the order and the masks
    public record Copies(int duplicates, long seed) {
        public Copies {
            if (duplicates < 1) {
                throw new IllegalArgumentException("there is at least 1 copy of each document, not " + duplicates);
            }
        }
    }

    private StaticExamples(StaticExamples other, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least 1 thread, not " + threads);
        }
        this.masking = other.masking;
        this.pieces = other.pieces;
        this.copies = other.copies;
        this.plans = other.plans;
        this.ends = other.ends;
        this.threads = threads;
    }

    public StaticExamples(Sequences sequences, Masking masking, Pieces pieces, Copies copies) {
        this.masking = masking;
        this.pieces = pieces;
        this.copies = copies;
        this.threads = Runtime.getRuntime().availableProcessors();
        this.plans = new ArrayList<>();
        this.ends = new int[copies.duplicates];
        int sum = 0;
        for (int pass = 0; pass < copies.duplicates; pass++) {
            Sequences.Plan plan = sequences.plan(pass);
            plans.add(plan);
            sum = Math.addExact(sum, plan.size());
            ends[pass] = sum;
        }
    }

    /// The same examples in the same order, made on so many threads.
    public StaticExamples onThreads(int count) {
        return new StaticExamples(this, count);
    }

    /// {@return how many examples there are}
    public int size() {
        return ends[ends.length - 1];
    }

    @Override
    public void forEach(Consumer<Masked> use) {
        int[] order = Draws.order(size(), Draws.of(copies.seed, -1, Draws.EXAMPLE_ORDER));
        Deque<Future<List<Masked>>> pending = new ArrayDeque<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            try {
                for (int from = 0; from < order.length; from += CHUNK) {
                    int first = from;
                    pending.add(workers.submit(() -> chunk(order, first)));
                    if (pending.size() > 2 * threads) {
                        await(pending.removeFirst()).forEach(use);
                    }
                }
                while (!pending.isEmpty()) {
                    await(pending.removeFirst()).forEach(use);
                }
            } finally {
                workers.shutdownNow();
            }
        }
    }

    private List<Masked> chunk(int[] order, int from) {
        List<Masked> made = new ArrayList<>(CHUNK);
        for (int i = from; i < Math.min(from + CHUNK, order.length); i++) {
            int pass = 0;
            while (order[i] >= ends[pass]) {
                pass++;
            }
            int number = order[i] - (pass == 0 ? 0 : ends[pass - 1]);
            var draw = new Masking.Draw(copies.seed, pass, number);
            made.add(masking.mask(plans.get(pass).sequence(number), pieces, draw));
        }
        return made;
    }

    private static List<Masked> await(Future<List<Masked>> made) {
        try {
            return made.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while making examples", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("examples could not be made: " + e.getCause(), e);
        }
    }
}
