package dev.mokha.serve.http;

import dev.mokha.serve.encode.EncodeOptions;
import dev.mokha.serve.encode.Encoders;
import dev.mokha.serve.engine.Router;
import java.nio.file.Path;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/// Toy encoders behind HTTP, without a model that writes.
record ServedEncoders(Encoders encoders, HttpServer server, Client client) implements AutoCloseable {
    static ServedEncoders start(
            SequencedMap<String, Path> folders, EncodeOptions options, UnaryOperator<HttpOptions> change) {
        var encoders = Encoders.open(folders, options);
        var server = HttpServer.start(
                new Served(null, Router.STRAIGHT, encoders), change.apply(HttpOptions.local(0, "nothing that writes")));
        return new ServedEncoders(encoders, server, Client.of(server));
    }

    static ServedEncoders start(SequencedMap<String, Path> folders) {
        return start(folders, EncodeOptions.DEFAULT, options -> options);
    }

    @Override
    public void close() {
        client.http().close();
        server.close();
        encoders.close();
    }
}
