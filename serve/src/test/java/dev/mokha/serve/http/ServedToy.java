package dev.mokha.serve.http;

import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.EngineOptions;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/// A toy behind HTTP.
record ServedToy(Engine engine, HttpServer server, Client client) implements AutoCloseable {
    static EngineOptions exact() {
        return EngineOptions.DEFAULT
                .withCompute(compute -> compute.withThreads(2).withArithmetic(Arithmetic.EXACT))
                .withMemory(memory -> memory.withKeyValues(KeyValueType.F32, 1 << 20));
    }

    static ServedToy start(Path folder, EngineOptions options, UnaryOperator<HttpOptions> change) {
        var engine = Engine.open(folder, options);
        var server = HttpServer.start(engine, change.apply(HttpOptions.local(0, "toy")));
        return new ServedToy(engine, server, Client.of(server));
    }

    static ServedToy start(Path folder) {
        return start(folder, exact(), options -> options);
    }

    /// Waits until nothing is in memory any more.
    boolean becomesIdle() {
        long until = System.nanoTime() + 30_000_000_000L;
        while (System.nanoTime() < until) {
            var state = engine.state();
            if (state.running() == 0 && state.queued() == 0 && state.blocks().used() == 0) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    @Override
    public void close() {
        client.http().close();
        server.close();
        engine.close();
    }
}
