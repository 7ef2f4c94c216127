package dev.mokha.serve.engine;

import dev.mokha.serve.adapter.Adapter;
import dev.mokha.serve.schedule.Ended;
import dev.mokha.serve.schedule.Sequence;
import dev.mokha.serve.schedule.Slice;
import dev.mokha.serve.schedule.StepReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The requests that are being answered, and what their readers are told. For the engine's thread.
final class LiveRequests implements Batch.Writers {
    private final Engine engine;
    private final Set<Integer> ends;
    private final LongConsumer cancel;
    private final Map<Long, Live> lives = new HashMap<>();

    /// @param cancel ends a request, given its id, some time after the call
    LiveRequests(Engine engine, LongConsumer cancel) {
        this.engine = engine;
        this.ends = Set.copyOf(engine.generation().special().eos());
        this.cancel = cancel;
    }

    void add(Live live) {
        lives.put(live.id, live);
    }

    /// The request will not be answered, or not to its end.
    void fail(Live live, RuntimeException cause) {
        lives.remove(live.id);
        live.leave();
        safely(live, () -> live.reader.failed(cause));
    }

    /// The same of the request that a sequence is part of, where it still is one.
    void fail(Sequence sequence, RuntimeException cause) {
        @Nullable Live live = lives.get(sequence.job().id());
        if (live != null) {
            fail(live, cause);
        }
    }

    void failAll(RuntimeException cause) {
        List.copyOf(lives.values()).forEach(live -> fail(live, cause));
    }

    /// {@return the answer that a sequence is; null before its first token and after its request's end}
    @Nullable
    Writer writer(Sequence sequence) {
        @Nullable Live live = lives.get(sequence.job().id());
        return live == null ? null : live.writer(sequence);
    }

    /// {@return who writes behind a slice: one, or at the end of a prompt one for each answer; nobody where
    /// beams search}
    @Override
    public List<Writer> of(Slice slice) {
        Live live = live(slice.sequence());
        if (live.beams != null) {
            return List.of();
        }
        @Nullable Writer there = live.writer(slice.sequence());
        if (there != null) {
            return List.of(there);
        }
        var all = new ArrayList<Writer>();
        int room = engine.room(live.request.promptLength());
        for (int i = 0; i < live.request.samples(); i++) {
            all.add(new Writer(i, live.request, engine.tokenizer(), ends, room));
        }
        live.write(slice.sequence().branch(), all.getFirst());
        return all;
    }

    @Override
    public void look(Slice slice, float[] logits) {
        Live live = live(slice.sequence());
        if (live.beams != null) {
            live.beams.look(slice.sequence(), logits);
        }
    }

    /// {@return the request that a sequence is part of; null where it is over}
    @Nullable
    Live find(Sequence sequence) {
        return lives.get(sequence.job().id());
    }

    /// {@return the adapter that a sequence is computed with; null for the base model}
    @Nullable
    Adapter adapter(Sequence sequence) {
        @Nullable AdapterLease lease = live(sequence).adapter;
        return lease == null ? null : lease.use();
    }

    private Live live(Sequence sequence) {
        @Nullable Live live = lives.get(sequence.job().id());
        if (live == null) {
            throw new IllegalStateException("job " + sequence.job().id() + " is nobody's");
        }
        return live;
    }

    /// A sequence of its own from now on writes one of the answers that parted.
    void forked(StepReport.Fork fork, Writer writer) {
        live(fork.child()).write(fork.child().branch(), writer);
    }

    /// Tells a reader what a step found.
    void tell(Slice slice, List<Batch.Found> found) {
        @Nullable Live live = lives.get(slice.sequence().job().id());
        if (live == null) {
            return; // cancelled meanwhile
        }
        for (Batch.Found one : found) {
            live.drafts += one.draftedTokens() > 0 ? 1 : 0;
            live.drafted += one.draftedTokens();
            live.accepted += Math.max(0, one.written().size() - 1);
            safely(live, () -> tell(live.reader, one));
            if (one.failure() != null) {
                fail(live, one.failure());
                cancel.accept(live.id);
                return;
            }
        }
    }

    /// Tells a reader what a search found, where it is over.
    void tell(Live live, BeamAnswers beams) {
        @Nullable RuntimeException failure = beams.failure();
        if (failure != null) {
            fail(live, failure);
            cancel.accept(live.id);
        } else if (beams.isOver()) {
            safely(live, () -> beams.tell(live.reader, engine.tokenizer()));
        }
    }

    private static void tell(Reader reader, Batch.Found found) {
        Writer writer = found.writer();
        for (Batch.Written written : found.written()) {
            reader.token(writer.index(), written.text(), written.choice());
        }
        if (writer.finish() != null && found.failure() == null) {
            String rest = writer.rest(); // may find a stop text
            reader.end(writer.index(), rest, writer.finish());
        }
    }

    /// Tells a reader that its request is over.
    void over(Ended ended) {
        @Nullable Live live = lives.remove(ended.job().id());
        if (live == null) {
            return;
        }
        live.leave();
        if (ended.reason() == Ended.Reason.DONE) {
            safely(live, () -> live.reader.done(usage(live, ended.account())));
        } else {
            safely(live, () -> live.reader.failed(new EndedException(ended.reason())));
        }
    }

    private static Reader.Usage usage(Live live, Ended.Account account) {
        return new Reader.Usage(
                live.request.promptLength(),
                account.cachedTokens(),
                live.beams == null ? account.newTokens() : live.beams.told(),
                account.started() - live.arrival,
                account.firstToken() < 0 ? -1 : account.firstToken() - live.arrival,
                System.nanoTime() - live.arrival,
                live.drafts,
                live.drafted,
                live.accepted);
    }

    /// What a reader throws is its own fault: its request ends, the others go on.
    private void safely(Live live, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            System.getLogger(LiveRequests.class.getName())
                    .log(System.Logger.Level.WARNING, "the reader of request " + live.id + " failed", e);
            cancel.accept(live.id);
        }
    }
}
