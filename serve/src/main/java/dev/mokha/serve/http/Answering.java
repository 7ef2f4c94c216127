package dev.mokha.serve.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Sends what an exchange says: as one JSON object, or as server-sent events. On the request's own thread.
final class Answering {
    /// When nothing else is sent, a comment is, so that nobody on the way believes the connection dead.
    private static final long SILENCE_MILLIS = 15_000;

    private final Asked asked;
    private final Shape shape;
    private final Exchange exchange;
    private final ServerResponse response;
    private final List<Written> answers;
    private final Totals totals = new Totals();
    private int prompts;

    Answering(Asked asked, Shape shape, Exchange exchange, ServerResponse response) {
        this.asked = asked;
        this.shape = shape;
        this.exchange = exchange;
        this.response = response;
        this.answers = IntStream.range(0, asked.prompts().size() * asked.drawn())
                .mapToObj(_ -> new Written())
                .toList();
    }

    /// Sends all in one.
    void whole() throws InterruptedException {
        while (prompts < asked.prompts().size()) {
            @Nullable Event event = exchange.next(SILENCE_MILLIS);
            switch (event) {
                case Event.Token token -> answers.get(token.answer()).token(token.text(), token.choice());
                case Event.End end -> answers.get(end.answer()).end(end.text(), end.finish());
                case Event.Done done -> done(done);
                case Event.Failed failed -> throw ApiException.of(failed.cause());
                case null -> {} // a long prompt, or a long queue
            }
        }
        exchange.complete();
        ObjectNode body = shape.whole(Written.best(answers, asked), asked);
        totals.write(body);
        response.header(HeaderNames.CONTENT_TYPE, "application/json")
                .send(body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void done(Event.Done done) {
        totals.add(done.usage());
        prompts++;
    }

    /// Sends pieces as they come. What fails before the first is an error of its own, by its status.
    void streamed() throws InterruptedException {
        @Nullable Event first = exchange.next(SILENCE_MILLIS);
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
                .header(HeaderNames.CACHE_CONTROL, "no-cache");
        var out = new EventStream(response.outputStream());
        try {
            opening(out);
            send(out, first);
            while (prompts < asked.prompts().size()) {
                if (!exchange.hasNext()) {
                    out.flush();
                }
                send(out, exchange.next(SILENCE_MILLIS));
            }
            exchange.complete();
            closing(out);
        } catch (ApiException e) {
            out.data(e.json().toString());
        }
        out.data("[DONE]");
        out.flush();
    }

    private void opening(EventStream out) {
        for (int i = 0; i < answers.size(); i++) {
            @Nullable ObjectNode piece = shape.opening(i, asked);
            if (piece != null) {
                piece(out, piece);
            }
        }
    }

    private void send(EventStream out, @Nullable Event event) {
        switch (event) {
            case Event.Token token -> {
                Written answer = answers.get(token.answer());
                answer.token(token.text(), token.choice());
                List<Written.Piece> newest = new ArrayList<>();
                if (asked.logProbs()) {
                    newest.add(answer.pieces().getLast());
                }
                if (!token.text().isEmpty() || !shape.shown(newest, asked).isEmpty()) {
                    piece(out, shape.piece(token.answer(), token.text(), newest, asked));
                }
            }
            case Event.End end -> {
                answers.get(end.answer()).end(end.text(), end.finish());
                piece(
                        out,
                        shape.closing(
                                end.answer(),
                                end.text(),
                                answers.get(end.answer()).finish()));
            }
            case Event.Done done -> done(done);
            case Event.Failed failed -> throw ApiException.of(failed.cause());
            case null -> {
                out.comment("the model is at work");
                out.flush();
            }
        }
    }

    /// With usage asked for, all pieces but the last say that they have none, as OpenAI's do.
    private void piece(EventStream out, ObjectNode piece) {
        if (asked.stream().usage()) {
            piece.putNull("usage");
        }
        out.data(piece.toString());
    }

    private void closing(EventStream out) {
        if (asked.stream().usage()) {
            ObjectNode last = shape.last();
            totals.write(last);
            out.data(last.toString());
        }
    }
}
