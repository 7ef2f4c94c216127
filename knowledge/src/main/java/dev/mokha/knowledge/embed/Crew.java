package dev.mokha.knowledge.embed;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/// Threads that do a piece of work together: the caller and `threads − 1` of its own.
///
/// What each thread does depends on its number alone, so sums that a thread keeps to itself come out the same
/// each time.
public final class Crew implements AutoCloseable {
    private final int threads;
    private final ExecutorService pool;

    /// @param threads how many, the caller's included
    public Crew(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("a crew has at least one thread, not " + threads);
        }
        this.threads = threads;
        this.pool = Executors.newFixedThreadPool(
                Math.max(1, threads - 1),
                Thread.ofPlatform().daemon().name("mokha-embed-", 1).factory());
    }

    /// {@return how many threads there are, the caller's included}
    public int threads() {
        return threads;
    }

    /// Has each thread do its work once, given its number from 0, and waits for all.
    public void each(IntConsumer work) {
        List<Future<?>> others = new ArrayList<>();
        for (int t = 1; t < threads; t++) {
            int thread = t;
            others.add(pool.submit(() -> work.accept(thread)));
        }
        work.accept(0);
        for (Future<?> other : others) {
            await(other);
        }
    }

    /// A range of whole numbers.
    @FunctionalInterface
    public interface Range {
        /// Does `from` to before `to`.
        void part(int from, int to);
    }

    /// Cuts 0 to before `length` into one range of neighbours for each thread, each but the last a multiple of
    /// `unit` long.
    public void split(int length, int unit, Range work) {
        int units = (length + unit - 1) / unit;
        each(thread -> {
            int from = Math.min(length, (int) ((long) units * thread / threads) * unit);
            int to = Math.min(length, (int) ((long) units * (thread + 1) / threads) * unit);
            if (from < to) {
                work.part(from, to);
            }
        });
    }

    /// Deals out the parts 0 to before `parts` one by one, to whoever is free. Only for parts whose outcome
    /// does not depend on who does them.
    public void deal(int parts, Range work) {
        var next = new AtomicInteger();
        each(_ -> {
            for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
                work.part(part, part + 1);
            }
        });
    }

    private static void await(Future<?> other) {
        boolean interrupted = false;
        while (true) {
            try {
                other.get();
                break;
            } catch (InterruptedException _) {
                interrupted = true; // the others still write to shared arrays: wait
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends the threads.
    @Override
    public void close() {
        pool.shutdownNow();
    }
}
