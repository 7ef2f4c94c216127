package dev.mokha.cli;

import dev.mokha.serve.encode.EncodeOptions;
import dev.mokha.serve.encode.Encoders;
import dev.mokha.serve.encode.ServedEncoder;
import dev.mokha.serve.engine.Adapters;
import dev.mokha.serve.engine.Cascade;
import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.EngineFacts;
import dev.mokha.serve.engine.EngineOptions;
import dev.mokha.serve.engine.Router;
import dev.mokha.serve.http.HttpOptions;
import dev.mokha.serve.http.HttpServer;
import dev.mokha.serve.http.Served;
import dev.mokha.serve.model.UnfitOptionException;
import dev.mokha.serve.simulate.StepLog;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
            "Encoders beside it, or alone, answer /v1/embeddings, /v1/rerank, /v1/score and /classify.",
            "Ctrl-C or SIGTERM finishes what was begun and takes no more; the second ends at once."
        },
        footer = {
            "  mokha serve model",
            "  mokha serve model --adapter law=adapters/law --adapter code=adapters/code",
            "  mokha serve model-q8_0.gguf --port 8000 --kv-memory 2GiB --kv-type int8 --api-key secret",
            "  mokha serve --encoder small=models/all-MiniLM-L6-v2 --encoder judge=models/ms-marco-MiniLM-L6-v2"
        })
final class ServeCommand implements Callable<Integer> {
    /// The web server's logger; kept, as loggers that nobody holds forget their level.
    private static final Logger WEB_SERVER = Logger.getLogger("io.helidon");

    @Parameters(
            paramLabel = "MODEL",
            arity = "0..1",
            description = "A Hugging Face folder with config.json, tokenizer.json and the weights, or a GGUF file;"
                    + " may be left out where there is an --encoder.")
    private @Nullable Path model;

    @Mixin
    private HttpFlags http;

    @Mixin
    private EngineFlags engine;

    @Mixin
    private AdapterFlags adapters;

    @Mixin
    private EncoderFlags encoder;

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
        HttpOptions options = asked(() -> http.options(name()).withAdapterRoot(adapters.root()));
        EngineOptions plain = asked(() -> engine.options().withAdapters(adapters.limits()));
        EncodeOptions encoding = asked(() -> encoder.options(engine.queue(), engine.encoderDevice()));
        Map<String, Path> folders = asked(() -> adapters(options.names()));
        if (engine.noDevice() != null) {
            err.println("note: " + engine.noDevice());
        }
        var stop = new CountDownLatch(1);
        try (var _ = Interrupts.of(() -> stopping(stop, err))) {
            try (StepLog.@Nullable Writer log = stepLog == null ? null : StepLog.write(stepLog);
                    @Nullable Encoders encoders = encoder.open(encoding);
                    @Nullable Engine writer = open(model, log == null ? plain : plain.withWatch(log::step));
                    @Nullable Engine small = small(plain);
                    var server = start(new Served(writer, router(small, writer), encoders), folders, options)) {
                System.gc(); // what loading left behind, which would stay: the heap hardly fills while it serves
                describe(new Served(writer, Router.STRAIGHT, encoders), server, options);
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

    private Router router(@Nullable Engine small, @Nullable Engine served) {
        return small == null || served == null
                ? Router.STRAIGHT
                : asked(() -> new Cascade(small, served, cascadeAbove));
    }

    /// {@return the model's usual name; without one that of an encoder, which nobody asks for as such}
    private String name() {
        @Nullable String first = encoder.firstName();
        if (model != null) {
            return String.valueOf(model.toAbsolutePath().normalize().getFileName());
        }
        if (first == null) {
            throw new IllegalArgumentException("nothing is served: give MODEL, --encoder NAME=FOLDER, or both");
        }
        return first;
    }

    private Map<String, Path> adapters(List<String> taken) {
        Map<String, Path> folders = adapters.folders(taken);
        if (model == null && !folders.isEmpty()) {
            throw new IllegalArgumentException("an --adapter changes a model that writes; give MODEL");
        }
        return folders;
    }

    private @Nullable Engine open(@Nullable Path model, EngineOptions options) {
        try {
            return model == null ? null : Engine.open(model, options);
        } catch (UnfitOptionException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /// {@return the model that answers where it is sure; null for none}
    private @Nullable Engine small(EngineOptions served) {
        try {
            return cascade == null ? null : Engine.open(cascade, alone(served));
        } catch (UnfitOptionException e) {
            throw new ParameterException(spec.commandLine(), "the model of --cascade: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the model of --cascade: " + e.getMessage(), e);
        }
    }

    private static HttpServer start(Served served, Map<String, Path> folders, HttpOptions options) {
        if (served.engine() != null) {
            AdapterFlags.load(folders, served.engine().adapters());
        }
        return HttpServer.start(served, options);
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

    private void describe(Served served, HttpServer server, HttpOptions options) {
        var out = spec.commandLine().getOut();
        String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
        String address = "http://" + host + ":" + server.port() + "/v1";
        Engine writer = served.engine();
        List<ServedEncoder> encoders =
                served.encoders() == null ? List.of() : served.encoders().all();
        if (json) {
            var all = JsonNodeFactory.instance.objectNode();
            if (writer != null) {
                describe(writer, options, all);
            }
            encoders.stream().map(ServedEncoder::describe).forEach(all.putArray("encoders")::add);
            out.println(all.put("address", address));
        } else {
            if (writer != null) {
                describe(writer, options, out);
            }
            encoders.forEach(one -> line(out, "encoder", one.describe()));
            line(out, "address", address);
        }
        out.flush();
        @Nullable String loss = writer == null ? null : writer.facts().loss();
        if (loss != null) {
            spec.commandLine().getErr().println("note: " + loss);
        }
        if (http.isOpenToAll()) {
            spec.commandLine().getErr().println("note: whoever reaches this address may ask; give --api-key");
        }
    }

    private static void describe(Engine served, HttpOptions options, PrintWriter out) {
        EngineFacts facts = served.facts();
        line(out, "model", String.join(", ", options.names()) + ", context " + served.context());
        for (Adapters.Loaded one : served.adapters().list()) {
            double mib = one.bytes() / (double) (1 << 20);
            line(out, "adapter", String.format(Locale.ROOT, "%s, rank %d, %.1f MiB", one.name(), one.rank(), mib));
        }
        line(out, "engine", facts.kernels() + ", " + facts.threads() + " threads");
        line(out, "memory", facts.describeMemory());
    }

    private static void describe(Engine served, HttpOptions options, ObjectNode json) {
        EngineFacts facts = served.facts();
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
    }

    private static void line(PrintWriter out, String name, String value) {
        out.println(String.format("%-9s %s", name, value));
    }
}
