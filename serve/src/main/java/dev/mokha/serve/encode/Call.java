package dev.mokha.serve.encode;

import dev.mokha.language.encoder.Sequence;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A request of one user: sequences, each of which becomes a row. They are computed in parts, the longest
/// first, beside those of others.
public final class Call {
    private final ServedEncoder encoder;
    private final List<Sequence> sequences;
    private final int[] order;
    private final int tokens;
    private final long arrived;
    private final Runnable canceller;
    private final float[] @Nullable [] rows;
    private final CompletableFuture<List<float[]>> result = new CompletableFuture<>();
    private int begun;
    private int missing;
    private volatile long firstBegun = -1;

    /// @param canceller takes this out of the queue
    Call(ServedEncoder encoder, List<Sequence> sequences, long now, Consumer<Call> canceller) {
        this.encoder = encoder;
        this.sequences = List.copyOf(sequences);
        this.order = IntStream.range(0, sequences.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> -sequences.get(i).length()))
                .mapToInt(Integer::intValue)
                .toArray();
        this.tokens = sequences.stream().mapToInt(Sequence::length).sum();
        this.arrived = now;
        this.canceller = () -> canceller.accept(this);
        this.rows = new float[sequences.size()][];
        this.missing = sequences.size();
    }

    /// {@return the rows in the order of the sequences; null when they are not there within this time}
    ///
    /// @throws RuntimeException that which ended the request before its rows were there
    public @Nullable List<float[]> await(long millis) throws InterruptedException {
        try {
            return result.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return null;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
    }

    /// Ends it, wherever it is, unless it is done.
    public void cancel() {
        canceller.run();
    }

    /// {@return tokens of all sequences}
    public int tokens() {
        return tokens;
    }

    /// {@return nanoseconds from its arrival to its first pass; −1 where that has not begun}
    public long queuedNanos() {
        return firstBegun < 0 ? -1 : firstBegun - arrived;
    }

    /// {@return whose rows they are}
    public ServedEncoder encoder() {
        return encoder;
    }

    long arrived() {
        return arrived;
    }

    /// {@return the sequence that is next to be computed; null when all have begun}
    @Nullable
    Sequence next() {
        return begun == order.length ? null : sequences.get(order[begun]);
    }

    /// {@return the number of the sequence that is next, which begins now}
    int begin(long now) {
        firstBegun = firstBegun < 0 ? now : firstBegun;
        return order[begun++];
    }

    /// {@return sequences that have not begun}
    int left() {
        return order.length - begun;
    }

    boolean hasBegun() {
        return begun > 0;
    }

    Sequence sequence(int index) {
        return sequences.get(index);
    }

    /// {@return whether this row was the last that was missing}
    boolean put(int index, float[] row) {
        rows[index] = row;
        missing--;
        return missing == 0;
    }

    /// Hands the rows out.
    void complete() {
        result.complete(Arrays.stream(rows).map(Objects::requireNonNull).toList());
    }

    void fail(RuntimeException cause) {
        result.completeExceptionally(cause);
    }
}
