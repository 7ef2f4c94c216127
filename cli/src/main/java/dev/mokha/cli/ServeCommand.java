package dev.mokha.cli;

import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.http.HttpOptions;
import dev.mokha.serve.http.HttpServer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha serve`: a model for many users, over HTTP.
@Command(
        name = "serve",
        description = {
            "Serves a model to many users at once, as OpenAI's clients ask: /v1/chat/completions, /v1/completions,"
                    + " /v1/models, /health, /metrics.",
            "Ctrl-C or SIGTERM finishes what was begun and takes no more; the second ends at once."
        },
        footer = {
            "  mokha serve model",
            "  mokha serve model-q8_0.gguf --port 8000 --kv-memory 2GiB --kv-type int8 --api-key secret"
        })
final class ServeCommand implements Callable<Integer> {
    /// The web server's logger; kept, as loggers that nobody holds forget their level.
    private static final Logger WEB_SERVER = Logger.getLogger("io.helidon");

    @Parameters(
            paramLabel = "MODEL",
            description = "A Hugging Face folder with config.json, tokenizer.json and the weights, or a GGUF file.")
    private Path model;

    @Mixin
    private HttpFlags http;

    @Mixin
    private EngineFlags engine;

    @Option(
            names = "--shutdown-timeout",
            defaultValue = "30s",
            converter = Durations.class,
            paramLabel = "TIME",
            description = "How long requests may take to finish when the server stops.")
    private Duration patience;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        WEB_SERVER.setLevel(Level.WARNING);
        var err = spec.commandLine().getErr();
        HttpOptions options = http.options(model);
        var stop = new CountDownLatch(1);
        try (var _ = Interrupts.of(() -> stopping(stop, err))) {
            try (var served = Engine.open(model, engine.options());
                    var server = HttpServer.start(served, options)) {
                describe(served, server, options);
                stop.await();
                if (!server.drain(patience)) {
                    err.println("not all requests were finished in " + Durations.format(patience));
                }
            }
        }
        return ExitCode.OK;
    }

    private static void stopping(CountDownLatch stop, PrintWriter err) {
        if (stop.getCount() == 0) {
            Runtime.getRuntime().halt(Main.INTERRUPTED);
        }
        stop.countDown();
        err.println();
        err.println("finishing what was begun; once more to end at once");
        err.flush();
    }

    private void describe(Engine served, HttpServer server, HttpOptions options) {
        var out = spec.commandLine().getOut();
        String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
        line(out, "model", String.join(", ", options.names()) + ", context " + served.context());
        line(out, "engine", served.describe());
        line(out, "address", "http://" + host + ":" + server.port() + "/v1");
        out.flush();
        if (http.isOpenToAll()) {
            spec.commandLine().getErr().println("note: whoever reaches this address may ask; give --api-key");
        }
    }

    private static void line(PrintWriter out, String name, String value) {
        out.println(String.format("%-9s %s", name, value));
    }
}
