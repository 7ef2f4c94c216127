package dev.mokha.serve.http;

import dev.mokha.serve.engine.Engine;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.Set;

/// Answers what is asked of the model that writes text.
final class TextApi {
    private final ServedModel model;
    private final HttpOptions options;
    private final Metrics metrics;
    private final AskedReader reader;
    private final AdapterRoutes adapters;

    /// @param encoders the names of those beside the model
    TextApi(ServedModel model, HttpOptions options, Metrics metrics, Set<String> encoders) {
        this.model = model;
        this.options = options;
        this.metrics = metrics;
        this.reader = new AskedReader(model, options.targets());
        this.adapters = new AdapterRoutes(model, options.adapterRoot(), encoders);
    }

    ServedModel model() {
        return model;
    }

    /// Answers a chat or a completion.
    void answer(byte[] body, boolean chat, Caller caller, ServerResponse response)
            throws IOException, InterruptedException {
        Engine engine = model.engine();
        try (Engine.Place place = place(engine, body)) { // before anything else is made of the body
            Fields fields = Fields.of(body);
            Asked asked = chat ? reader.chat(fields, caller.tenant()) : reader.completion(fields, caller.tenant());
            try (var exchange =
                    new Exchange(asked, engine, model.router(), caller.presence(), metrics, options.unread())) {
                submit(exchange, place);
                Shape shape = chat
                        ? new ChatShape(model, asked.adapter(), caller.request())
                        : new CompletionShape(model, asked.adapter(), caller.request());
                var answering = new Answering(asked, shape, exchange, response);
                if (asked.stream().wanted()) {
                    answering.streamed();
                } else {
                    answering.whole();
                }
            }
        }
    }

    /// Loads or unloads an adapter.
    ///
    /// @return what to say
    String adapt(String path, byte[] body) {
        return adapters.handle(path, Fields.of(body));
    }

    private static Engine.Place place(Engine engine, byte[] body) {
        try {
            return engine.reserve(Bodies.tokens(body));
        } catch (RuntimeException e) {
            throw ApiException.of(e);
        }
    }

    private static void submit(Exchange exchange, Engine.Place place) {
        try {
            exchange.submit(place);
        } catch (RuntimeException e) {
            throw ApiException.of(e);
        }
    }
}
