package dev.mokha.cli;

import dev.mokha.serve.engine.Adapters;
import dev.mokha.serve.engine.Cascade;
import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.EngineFacts;
import dev.mokha.serve.engine.EngineOptions;
import dev.mokha.serve.engine.Router;
import dev.mokha.serve.http.HttpOptions;
import dev.mokha.serve.http.HttpServer;
import dev.mokha.serve.model.UnfitOptionException;
import dev.mokha.serve.simulate.StepLog;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

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
            "  mokha serve model --adapter law=adapters/law --adapter code=adapters/code",
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

    @Mixin
    private AdapterFlags adapters;

    @Option(
            names = "--shutdown-timeout",
            defaultValue = "30s",
            converter = Durations.class,
            paramLabel = "TIME",
            description = "How long requests may take to finish when the server stops.")
    private Duration patience;

    @Option(
            names = "--step-log",
            paramLabel = "FILE",
            description = "Where a line goes for each step: what it computed, and how long that took; for"
                    + " `mokha simulate --fit`.")
    private @Nullable Path stepLog;

    @Option(
            names = "--cascade",
            paramLabel = "MODEL",
            description = "A smaller model of the same vocabulary, which answers where it is sure. Answers change.")
    private @Nullable Path cascade;

    @Option(
            names = "--cascade-above",
            defaultValue = "-0.5",
            paramLabel = "LOGP",
            description = "The mean log probability of its tokens from which on the smaller model's answer counts.")
    private double cascadeAbove;

    @Option(names = "--json", description = "Prints one JSON object when it is ready, not lines.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        WEB_SERVER.setLevel(Level.WARNING);
        var err = spec.commandLine().getErr();
        HttpOptions options = asked(() -> http.options(model).withAdapterRoot(adapters.root()));
        EngineOptions plain = asked(() -> engine.options().withAdapters(adapters.limits()));
        Map<String, Path> folders = asked(() -> adapters.folders(options.names()));
        var stop = new CountDownLatch(1);
        try (var _ = Interrupts.of(() -> stopping(stop, err))) {
            try (StepLog.@Nullable Writer log = stepLog == null ? null : StepLog.write(stepLog);
                    var served = open(model, log == null ? plain : plain.withWatch(log::step));
                    @Nullable Engine small = cascade == null ? null : open(cascade, alone(plain));
                    var server = start(served, router(small, served), folders, options)) {
                describe(served, server, options);
                stop.await();
                if (!server.drain(patience)) {
                    err.println("not all requests were finished in " + Durations.format(patience));
                }
            }
        }
        return ExitCode.OK;
    }

    /// What the command line asks for; what cannot be asked for is a wrong command line.
    private <T> T asked(Supplier<T> options) {
        try {
            return options.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /// As the model's own, but for drafts and exits.
    private static EngineOptions alone(EngineOptions options) {
        return options.withSpeculation(_ -> EngineOptions.Speculation.NONE)
                .withCompute(compute -> compute.withExit(null));
    }

    private Router router(@Nullable Engine small, Engine served) {
        return small == null ? Router.STRAIGHT : asked(() -> new Cascade(small, served, cascadeAbove));
    }

    private Engine open(Path model, EngineOptions options) {
        try {
            return Engine.open(model, options);
        } catch (UnfitOptionException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static HttpServer start(Engine served, Router router, Map<String, Path> folders, HttpOptions options) {
        AdapterFlags.load(folders, served.adapters());
        return HttpServer.start(served, router, options);
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
        String address = "http://" + host + ":" + server.port() + "/v1";
        EngineFacts facts = served.facts();
        if (json) {
            out.println(json(served, facts, options).put("address", address));
        } else {
            line(out, "model", String.join(", ", options.names()) + ", context " + served.context());
            for (Adapters.Loaded one : served.adapters().list()) {
                double mib = one.bytes() / (double) (1 << 20);
                line(out, "adapter", String.format(Locale.ROOT, "%s, rank %d, %.1f MiB", one.name(), one.rank(), mib));
            }
            line(out, "engine", facts.kernels() + ", " + facts.threads() + " threads");
            line(out, "memory", facts.describeMemory());
            line(out, "address", address);
        }
        out.flush();
        if (facts.loss() != null) {
            spec.commandLine().getErr().println("note: " + facts.loss());
        }
        if (http.isOpenToAll()) {
            spec.commandLine().getErr().println("note: whoever reaches this address may ask; give --api-key");
        }
    }

    private static ObjectNode json(Engine served, EngineFacts facts, HttpOptions options) {
        var json = JsonNodeFactory.instance.objectNode();
        options.names().forEach(json.putArray("models")::add);
        served.adapters().list().forEach(one -> json.withArray("adapters").add(one.name()));
        json.put("context", served.context()).put("kernels", facts.kernels()).put("threads", facts.threads());
        var memory = json.putObject("memory");
        memory.put("weights", facts.memory().weights());
        var types = memory.putObject("types");
        facts.memory().matrices().forEach((type, bytes) -> types.put(type.name(), bytes));
        memory.put("key_values", facts.keyValueBytes())
                .put("key_value_type", facts.keyValues().name())
                .put("key_value_blocks", facts.blocks())
                .put("beside", facts.memory().beside());
        if (facts.loss() != null) {
            json.put("loss", facts.loss());
        }
        return json;
    }

    private static void line(PrintWriter out, String name, String value) {
        out.println(String.format("%-9s %s", name, value));
    }
}
