package dev.mokha.serve.http;

import dev.mokha.language.generate.Sampler;
import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.Reader;
import dev.mokha.serve.engine.Router;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One HTTP request's dealings with the engine: submits its prompts, and keeps what the engine says until it
/// is read. Who reads too slowly, or is gone, is cancelled; the engine never waits.
final class Exchange implements AutoCloseable {
    /// How long a caller that left may go unnoticed.
    private static final long LOOK_MILLIS = 50;

    private final Asked asked;
    private final Engine engine;
    private final Router router;
    private final Presence presence;
    private final Metrics metrics;
    private final int unread;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final List<Engine.Ticket> tickets = new CopyOnWriteArrayList<>();
    private volatile boolean overflowed;
    private boolean over;

    Exchange(Asked asked, Engine engine, Router router, Presence presence, Metrics metrics, int unread) {
        this.asked = asked;
        this.engine = engine;
        this.router = router;
        this.presence = presence;
        this.metrics = metrics;
        this.unread = unread;
    }

    /// Hands all prompts to the engine, or none.
    ///
    /// @param place for the first
    void submit(Engine.Place place) {
        try {
            for (int i = 0; i < asked.prompts().size(); i++) {
                var reader = metrics.watching(new Listening(i));
                var request = asked.request(i);
                tickets.add(router.submit(request, reader, i == 0 ? place::submit : engine::submit));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        presence.watch();
    }

    /// Puts what the engine says into the queue. On the engine's thread.
    private final class Listening implements Reader {
        private final int first;

        Listening(int prompt) {
            this.first = prompt * asked.drawn();
        }

        @Override
        public void token(int answer, String text, Sampler.Choice choice) {
            if (!asked.stream().wanted() || events.size() < unread) { // a whole answer is gathered anyway
                events.add(new Event.Token(first + answer, text, choice));
            } else if (!overflowed) {
                overflowed = true;
                cancel();
                presence.close(); // or its thread might write into a full connection for ever
            }
        }

        @Override
        public void end(int answer, String text, Finish finish) {
            events.add(new Event.End(first + answer, text, finish));
        }

        @Override
        public void done(Usage usage) {
            events.add(new Event.Done(usage));
        }

        @Override
        public void failed(RuntimeException cause) {
            events.add(new Event.Failed(cause));
        }
    }

    /// {@return what comes next; null when nothing came for so long}
    ///
    /// @throws GoneException when the caller is
    @Nullable
    Event next(long millis) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        do {
            if (overflowed) {
                throw new GoneException("the caller reads too slowly: " + unread + " tokens were unread");
            }
            if (!presence.isThere()) {
                throw new GoneException("the caller closed the connection");
            }
            @Nullable Event event = events.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (event instanceof Event.Failed failed) {
                over = true;
                throw ApiException.of(failed.cause());
            }
            if (event != null) {
                return event;
            }
            if (!engine.isAlive()) {
                throw ApiException.of(500, "engine_stopped", "the engine stopped; restart the server");
            }
        } while (System.nanoTime() < until);
        return null;
    }

    /// {@return whether something waits to be read}
    boolean hasNext() {
        return !events.isEmpty();
    }

    /// All is read.
    void complete() {
        over = true;
    }

    private void cancel() {
        tickets.forEach(Engine.Ticket::cancel);
    }

    /// Ends what is not over.
    @Override
    public void close() {
        if (!over) {
            cancel();
        }
    }
}
