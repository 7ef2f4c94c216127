package dev.mokha.bench;

import dev.mokha.language.corpus.Document;
import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.evaluate.BitsPerByte;
import dev.mokha.language.pretrain.EndOfText;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.Loading;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.Kernels;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.NativeKernels;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.kernel.VectorKernels;
import dev.mokha.serve.model.KeyValueStore;
import dev.mokha.serve.model.PackedDecoder;
import dev.mokha.serve.model.PackedScorer;
import dev.mokha.serve.model.WeightSource;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the engine's short cuts cost in bits per byte: each model in float32 by libtorch, then by the engine
/// in each arithmetic with keys and values in float32, and in each type of keys and values in exact
/// arithmetic.
///
///     java … dev.mokha.bench.BitsBench TEXT MODEL…
public final class BitsBench {
    private static final int CONTEXT = 256;
    private static final int BATCH = 4;

    private BitsBench() {}

    /// @param arguments as above
    public static void main(String[] arguments) {
        PrintStream out = System.out;
        var documents = TextSource.of(Path.of(arguments[0])).all();
        var heading = new StringBuilder("| model | float32");
        for (Arithmetic arithmetic : Arithmetic.values()) {
            heading.append(" | ").append(arithmetic);
        }
        for (KeyValueType type : KeyValueType.values()) {
            heading.append(type == KeyValueType.F32 ? "" : " | keys and values " + type);
        }
        out.println(heading + " |");
        out.println("|---|" + "---|".repeat(Arithmetic.values().length + KeyValueType.values().length));
        for (String name : List.of(arguments).subList(1, arguments.length)) {
            try (var source = ModelSource.open(Path.of(name))) {
                out.print("| " + Path.of(name).getFileName());
                double plain = plain(source, documents);
                out.printf(Locale.ROOT, " | %.5f", plain);
                for (Arithmetic arithmetic : Arithmetic.values()) {
                    difference(out, served(source, documents, arithmetic, KeyValueType.F32) - plain);
                }
                for (KeyValueType type : KeyValueType.values()) {
                    if (type != KeyValueType.F32) {
                        difference(out, served(source, documents, Arithmetic.EXACT, type) - plain);
                    }
                }
                out.println(" |");
            }
        }
    }

    private static void difference(PrintStream out, double bits) {
        out.printf(Locale.ROOT, " | %+.5f", bits);
        out.flush();
    }

    private static double plain(ModelSource source, List<Document> documents) {
        var tokenizer = source.tokenizer();
        int endOfText = EndOfText.of(source.generation().special(), tokenizer);
        try (var decoder = source.decoder(Loading.forUse(Device.CPU).as(DType.FLOAT32))) {
            return BitsPerByte.of(
                            decoder,
                            line -> tokenizer.encodeIds(line, false),
                            endOfText,
                            documents,
                            new BitsPerByte.Window(CONTEXT, BATCH))
                    .value();
        }
    }

    private static double served(
            ModelSource source, List<Document> documents, Arithmetic arithmetic, KeyValueType type) {
        var tokenizer = source.tokenizer();
        int endOfText = EndOfText.of(source.generation().special(), tokenizer);
        @Nullable Kernels c = NativeKernels.load();
        Kernels kernels = Objects.requireNonNullElseGet(c, VectorKernels::new);
        try (WeightSource weights = WeightSource.of(source);
                var team = new Team(Runtime.getRuntime().availableProcessors());
                var model = new PackedDecoder(weights, kernels, team, arithmetic, BATCH * CONTEXT, CONTEXT);
                var store = new KeyValueStore(source.config(), type, BATCH * CONTEXT / KeyValueType.PAGE)) {
            return BitsPerByte.of(
                            new PackedScorer(model, store),
                            line -> tokenizer.encodeIds(line, false),
                            endOfText,
                            documents,
                            new BitsPerByte.Window(CONTEXT, BATCH))
                    .value();
        }
    }
}
