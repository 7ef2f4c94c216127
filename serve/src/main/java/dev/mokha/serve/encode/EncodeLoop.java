package dev.mokha.serve.encode;

import dev.mokha.language.encoder.Sequence;
import dev.mokha.serve.encode.CallQueue.Pick;
import dev.mokha.serve.engine.EndedException;
import dev.mokha.serve.schedule.Ended;
import dev.mokha.serve.schedule.Gate;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The one thread that computes, and what waits for it.
final class EncodeLoop {
    private static final System.Logger LOGGER = System.getLogger(EncodeLoop.class.getName());

    private final EncodeOptions options;
    private final Gate gate;
    private final Thread worker = Thread.ofPlatform().name("mokha-encode").unstarted(this::run);
    private final Object lock = new Object();
    private final CallQueue queue = new CallQueue(); // under the lock, as all below
    private final Set<Call> unfinished = new HashSet<>();
    private boolean closing;
    private boolean dead;
    private volatile PassListener listener = (_, _, _) -> {};

    EncodeLoop(EncodeOptions options) {
        this.options = options;
        this.gate = new Gate(options.queue());
    }

    void start() {
        worker.start();
    }

    Gate gate() {
        return gate;
    }

    void listen(PassListener heard) {
        listener = heard;
    }

    boolean isAlive() {
        synchronized (lock) {
            return !dead && !closing;
        }
    }

    /// Takes a call whose place is kept.
    ///
    /// @param estimated tokens with which the place was asked for
    void begin(Call call, int estimated) {
        synchronized (lock) {
            if (dead || closing) {
                throw new IllegalStateException("the encoders stopped");
            }
            gate.correct(estimated, call.tokens());
            queue.add(call);
            unfinished.add(call);
            lock.notifyAll();
        }
    }

    void cancel(Call call) {
        end(call, Ended.Reason.CANCELLED);
    }

    private void end(Call call, Ended.Reason reason) {
        end(call, new EndedException(reason));
    }

    private void end(Call call, RuntimeException cause) {
        synchronized (lock) {
            if (queue.remove(call)) {
                gate.giveUp(call.tokens());
            }
            unfinished.remove(call);
            lock.notifyAll();
        }
        call.fail(cause);
    }

    EncodeState state(ServedEncoder encoder) {
        synchronized (lock) {
            int waiting = 0;
            int running = 0;
            for (Call call : unfinished) {
                if (call.encoder() == encoder) {
                    waiting += call.hasBegun() ? 0 : 1;
                    running += call.hasBegun() ? 1 : 0;
                }
            }
            int sequences = queue.all().stream()
                    .filter(call -> call.encoder() == encoder)
                    .mapToInt(Call::left)
                    .sum();
            return new EncodeState(waiting, running, sequences);
        }
    }

    private void run() {
        try {
            List<Pick> picks = gather();
            while (!picks.isEmpty()) {
                compute(picks);
                picks = gather();
            }
        } catch (InterruptedException _) { // closed
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            LOGGER.log(System.Logger.Level.ERROR, "the encoders stopped", e);
            throw e;
        } finally {
            stop();
        }
    }

    /// {@return what is computed next; nothing when this is closed}
    private List<Pick> gather() throws InterruptedException {
        synchronized (lock) {
            while (true) {
                expire();
                if (closing) {
                    return List.of();
                }
                if (!queue.isEmpty()) {
                    break;
                }
                lock.wait();
            }
            long now = System.nanoTime();
            List<Pick> picks = queue.gather(options.batchTokens(), now);
            picks.stream()
                    .map(Pick::call)
                    .distinct()
                    .filter(call -> call.next() == null)
                    .forEach(call -> gate.leave(call.tokens(), now));
            return picks;
        }
    }

    /// Gives up who waited too long before anything of it began.
    private void expire() {
        long limit = options.queue().timeoutNanos();
        if (limit == Long.MAX_VALUE) {
            return;
        }
        long now = System.nanoTime();
        for (Call call : queue.all()) {
            if (!call.hasBegun() && now - call.arrived() > limit) {
                end(call, Ended.Reason.QUEUE_TIMEOUT);
            }
        }
    }

    private void compute(List<Pick> picks) {
        ServedEncoder encoder = picks.getFirst().call().encoder();
        List<Sequence> sequences =
                picks.stream().map(pick -> pick.call().sequence(pick.index())).toList();
        long start = System.nanoTime();
        try {
            List<float[]> rows = encoder.rows(sequences);
            int tokens = sequences.stream().mapToInt(Sequence::length).sum();
            listener.passed(
                    encoder, new PassListener.Size(rows.size(), tokens), Duration.ofNanos(System.nanoTime() - start));
            for (int i = 0; i < rows.size(); i++) {
                Call call = picks.get(i).call();
                if (call.put(picks.get(i).index(), rows.get(i))) {
                    finish(call);
                }
            }
        } catch (RuntimeException e) { // of this pass only: the others' texts can be read
            LOGGER.log(System.Logger.Level.ERROR, "a pass of " + encoder.name() + " failed", e);
            picks.forEach(pick -> end(pick.call(), e));
        }
    }

    private void finish(Call call) {
        synchronized (lock) {
            unfinished.remove(call);
            lock.notifyAll();
        }
        call.complete();
    }

    /// @param patience after which the rest is ended
    /// @return whether all were finished
    boolean drain(Duration patience) {
        gate.close();
        long until = System.nanoTime() + patience.toNanos();
        synchronized (lock) {
            for (long left = patience.toNanos(); left > 0 && !unfinished.isEmpty(); left = until - System.nanoTime()) {
                try {
                    lock.wait(Math.max(1, left / 1_000_000));
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    break;
                }
            }
        }
        return endAll();
    }

    /// {@return whether there was nothing left to end}
    private boolean endAll() {
        List<Call> rest;
        synchronized (lock) {
            rest = List.copyOf(unfinished);
        }
        rest.forEach(call -> end(call, Ended.Reason.DRAINED));
        return rest.isEmpty();
    }

    private void stop() {
        synchronized (lock) {
            dead = true;
        }
        endAll();
    }

    void close() {
        gate.close();
        synchronized (lock) {
            closing = true;
            lock.notifyAll();
        }
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
