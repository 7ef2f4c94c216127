package dev.mokha.serve.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Threads that share one piece of work after the other: the caller and `threads − 1` of its own, on which
/// parts are dealt out in [Shares], so that a thread that other processes hold up takes fewer.
///
/// Between pieces a thread watches for the next for some microseconds, then sleeps: nobody is starved by it.
public final class Team implements AutoCloseable {
    /// How often a waiting thread looks before it sleeps: about 20 microseconds.
    private static final int LOOKS = 600;

    private final Member[] members;
    private final Shares shares;
    private final AtomicInteger working = new AtomicInteger();
    private final AtomicInteger piece = new AtomicInteger(); // counts pieces of work; a change is the signal to begin
    private volatile boolean closed;
    private volatile @Nullable Thread caller; // who sleeps until all have finished
    private @Nullable Work work;
    private volatile @Nullable Throwable failure;

    /// @param threads how many, the caller's included
    public Team(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("a team has at least one thread, not " + threads);
        }
        shares = new Shares(threads);
        members = new Member[threads - 1];
        for (int i = 0; i < members.length; i++) {
            members[i] = new Member(i + 1);
            members[i].thread.start();
        }
    }

    /// Parts of a piece of work.
    @FunctionalInterface
    public interface Work {
        /// Does one part.
        ///
        /// @param thread which thread does it, from 0: for memory that each has its own of
        void part(int part, int thread);
    }

    /// {@return how many threads there are, the caller included}
    public int threads() {
        return members.length + 1;
    }

    /// Does all parts and waits for them. What a part throws is thrown here, when all threads have stopped.
    public void run(int parts, Work work) {
        if (parts <= 1 || members.length == 0) {
            for (int part = 0; part < parts; part++) {
                work.part(part, 0);
            }
            return;
        }
        this.work = work;
        failure = null;
        shares.deal(parts);
        working.set(members.length);
        piece.incrementAndGet(); // what was written before is seen by whoever sees this
        for (Member member : members) {
            if (member.asleep) {
                LockSupport.unpark(member.thread);
            }
        }
        take(work, 0);
        await();
        this.work = null;
        Throwable thrown = failure;
        if (thrown != null) {
            throw NativeLibrary.failed(thrown);
        }
    }

    private void take(Work work, int thread) {
        try {
            for (int part = shares.take(thread); part >= 0; part = shares.take(thread)) {
                work.part(part, thread);
            }
        } catch (Throwable e) {
            failure = e;
            shares.clear(); // the others need not go on
        }
    }

    private void await() {
        for (int i = 0; i < LOOKS; i++) {
            if (working.get() == 0) {
                return;
            }
            Thread.onSpinWait();
        }
        caller = Thread.currentThread();
        boolean interrupted = false;
        while (working.get() != 0) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        caller = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Member implements Runnable {
        final int index;
        final Thread thread;
        volatile boolean asleep;

        Member(int index) {
            this.index = index;
            this.thread =
                    Thread.ofPlatform().daemon().name("mokha-kernel-" + index).unstarted(this);
        }

        @Override
        public void run() {
            int seen = 0;
            while (true) {
                awaitPiece(seen);
                if (closed) {
                    return;
                }
                seen = piece.get();
                Work mine = work;
                if (mine != null) {
                    take(mine, index);
                }
                if (working.decrementAndGet() == 0) {
                    Thread sleeper = caller;
                    if (sleeper != null) {
                        LockSupport.unpark(sleeper);
                    }
                }
            }
        }

        private void awaitPiece(int seen) {
            for (int i = 0; i < LOOKS; i++) {
                if (piece.get() != seen || closed) {
                    return;
                }
                Thread.onSpinWait();
            }
            asleep = true;
            while (piece.get() == seen && !closed) {
                LockSupport.park(Team.this);
            }
            asleep = false;
        }
    }

    /// Ends the threads.
    @Override
    public void close() {
        closed = true;
        for (Member member : members) {
            LockSupport.unpark(member.thread);
        }
    }
}
