package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.evaluate.BitsPerByte;
import dev.mokha.language.gguf.GgufExport;
import dev.mokha.language.gguf.Mix;
import dev.mokha.language.packed.PackedLayout;
import dev.mokha.language.pretrain.EndOfText;
import dev.mokha.language.quantize.Awq;
import dev.mokha.language.quantize.CalibratedModel;
import dev.mokha.language.quantize.Calibration;
import dev.mokha.language.quantize.Gptq;
import dev.mokha.language.quantize.Method;
import dev.mokha.language.quantize.ModelOutput;
import dev.mokha.language.quantize.PackedOutput;
import dev.mokha.language.quantize.SmoothQuant;
import dev.mokha.language.source.ModelSource;
import dev.mokha.tensor.DType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `mokha quantize`: a model in fewer bits, or in another format.
@Command(
        name = "quantize",
        description = {
            "Writes a decoder with fewer bits a weight, as a GGUF file that llama.cpp reads too, or in another plain type"
                    + " as a folder, or packed as GPTQ and AWQ have it. Reads folders, packed ones too, and GGUF files.",
            "--method awq and gptq read a calibration text first and lose less than plain rounding (rtn); smoothquant"
                    + " prepares for 8-bit activations.",
            "With --data, says what it costs: bits per byte of held-out text before and after."
        },
        footer = {
            "  mokha quantize model --to Q4_K_M --out model-q4_k_m.gguf",
            "  mokha quantize model --to Q8_0 --out model-q8_0.gguf --data english=held-out.txt",
            "  mokha quantize model --to Q4_0 --method gptq --calibration train.txt --out model-q4_0.gguf",
            "  mokha quantize model --to Q4_1 --method awq --calibration train.txt --out-format folder --out model-awq",
            "  mokha quantize model-q8_0.gguf --to BF16 --out model-again"
        })
final class QuantizeCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "MODEL",
            description = "A Hugging Face folder with config.json, tokenizer.json and the weights, or a GGUF file.")
    private Path model;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "TYPE",
            converter = MixConverter.class,
            description = "F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K_S, Q4_K_M, Q5_K_S, Q5_K_M or Q6_K, as"
                    + " llama.cpp names them; a folder has F32, F16 or BF16.")
    private Mix to;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "PATH",
            description = "Where it goes: a GGUF file by its ending .gguf, else a folder.")
    private Path out;

    @Option(
            names = "--out-format",
            paramLabel = "KIND",
            converter = Kind.Converter.class,
            description = "gguf or folder; else by the ending. A folder in Q4_0 (4 bits, symmetric), Q4_1 (4 bits with"
                    + " zeros) or Q8_0 (8 bits) has its projections packed as AWQ has them with --method awq, else as"
                    + " GPTQ.")
    private @Nullable Kind kind;

    @Option(
            names = "--group-size",
            defaultValue = "128",
            paramLabel = "N",
            description = "Of a packed folder: inputs that share a scale; -1 for a whole row.")
    private int groupSize;

    @Option(
            names = "--pure",
            description = "Stores every matrix in the type; without, some have more bits, as in llama.cpp.")
    private boolean pure;

    @Option(
            names = "--method",
            defaultValue = "rtn",
            converter = Way.Converter.class,
            description = "rtn, awq, gptq or smoothquant.")
    private Way method;

    @Option(
            names = "--calibration",
            paramLabel = "PATH",
            description = "The text that awq, gptq and smoothquant read; not the text that is measured.")
    private @Nullable Path calibration;

    @Option(names = "--samples", defaultValue = "128", description = "Windows of the calibration text, at most.")
    private int samples;

    @Option(
            names = "--act-order",
            description = "For gptq: columns with the largest inputs first, scales chosen before.")
    private boolean actOrder;

    @Option(names = "--damping", defaultValue = "0.01", description = "For gptq: added to the diagonal, a share of it.")
    private double damping;

    @Option(names = "--alpha", defaultValue = "0.5", description = "For smoothquant: how much goes to the weights.")
    private double alpha;

    @Option(
            names = "--data",
            paramLabel = "NAME=PATH",
            converter = DataArgument.Converter.class,
            description = "Held-out text to measure before and after on. Repeat for several.")
    private List<DataArgument> data = List.of();

    @Option(
            names = "--context",
            defaultValue = "256",
            description = "Tokens in a window, of --data and of --calibration.")
    private int context;

    @Option(names = "--batch", defaultValue = "8", description = "Windows read at once.")
    private int batch;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /// The methods as they are named.
    enum Way {
        RTN,
        AWQ,
        GPTQ,
        SMOOTHQUANT;

        static final class Converter implements ITypeConverter<Way> {
            @Override
            public Way convert(String text) {
                return Choice.of(Way.class, text);
            }
        }
    }

    /// What is written.
    enum Kind {
        GGUF,
        FOLDER;

        static final class Converter implements ITypeConverter<Kind> {
            @Override
            public Kind convert(String text) {
                return Choice.of(Kind.class, text);
            }
        }
    }

    static final class MixConverter implements ITypeConverter<Mix> {
        @Override
        public Mix convert(String text) {
            try {
                return Mix.of(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Override
    public Integer call() {
        var answer = JsonNodeFactory.instance.objectNode().put("out", out.toString());
        try (var source = ModelSource.open(model)) {
            if (out.toAbsolutePath().equals(model.toAbsolutePath())) {
                throw new ParameterException(spec.commandLine(), "--out is the model itself; name another");
            }
            if ((method == Way.RTN) != (calibration == null)) {
                throw new ParameterException(
                        spec.commandLine(), "--calibration goes with --method awq, gptq and smoothquant");
            }
            if (kind != null && (kind == Kind.GGUF) != isFile()) {
                throw new ParameterException(
                        spec.commandLine(), "--out of a GGUF file ends in .gguf, that of a folder does not: " + out);
            }
            if (calibration != null) {
                calibrated(source, calibration, answer);
            } else if (isPacked()) {
                PackedOutput.write(source, out, layout());
            } else if (isFile()) {
                describe(ModelOutput.gguf(source, out, to, pure), answer);
            } else {
                ModelOutput.folder(source, out, plain());
            }
        }
        measure(answer);
        var print = spec.commandLine().getOut();
        print.println(json ? answer.toPrettyString() : out.toString());
        print.flush();
        return ExitCode.OK;
    }

    private boolean isFile() {
        return out.toString().toLowerCase(Locale.ROOT).endsWith(".gguf");
    }

    private void calibrated(ModelSource source, Path text, ObjectNode answer) {
        @Nullable DType plain = isFile() || isPacked() ? null : plain();
        CalibratedModel.Target target =
                isPacked() ? new CalibratedModel.Target.Packed(layout()) : new CalibratedModel.Target.Types(to, pure);
        var tokenizer = source.tokenizer();
        int endOfText = EndOfText.of(source.generation().special(), tokenizer);
        var windows = Calibration.of(TextSource.of(text).all(), tokenizer, endOfText, samples, context, batch);
        int layers = source.config().numHiddenLayers();
        var err = spec.commandLine().getErr();
        try (var prepared = CalibratedModel.of(source, chosen(), windows, target, done -> {
            err.println("layer " + done + " of " + layers);
            err.flush();
        })) {
            if (isPacked()) {
                prepared.packed(out);
            } else if (plain == null) {
                describe(prepared.gguf(out), answer);
            } else {
                prepared.folder(out, plain);
            }
        }
    }

    private Method chosen() {
        try {
            return switch (method) {
                case AWQ -> Awq.usual();
                case GPTQ -> new Gptq(damping, actOrder);
                case SMOOTHQUANT -> new SmoothQuant(alpha);
                case RTN -> throw new IllegalStateException("plain rounding looks at no text");
            };
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private boolean isPacked() {
        return kind == Kind.FOLDER && to.type().isQuantized();
    }

    private PackedLayout layout() {
        var layout = method == Way.AWQ ? PackedLayout.Kind.AWQ : PackedLayout.Kind.GPTQ;
        try {
            return switch (to) {
                case Q4_0 -> new PackedLayout(layout, 4, groupSize, true, false);
                case Q4_1 -> new PackedLayout(layout, 4, groupSize, false, false);
                case Q8_0 -> new PackedLayout(layout, 8, groupSize, true, false);
                default ->
                    throw new IllegalArgumentException(
                            "a packed folder has Q4_0, Q4_1 or Q8_0; for " + to + " give --out FILE.gguf");
            };
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private DType plain() {
        return switch (to) {
            case F32 -> DType.FLOAT32;
            case F16 -> DType.FLOAT16;
            case BF16 -> DType.BFLOAT16;
            default ->
                throw new ParameterException(
                        spec.commandLine(),
                        "a folder has F32, F16 or BF16 weights, or packed ones with --out-format folder; for " + to
                                + " give --out FILE.gguf");
        };
    }

    private void describe(GgufExport.Written written, ObjectNode answer) {
        answer.put("bytes", written.bytes())
                .put("parameters", written.parameters())
                .put("bits_per_weight", written.bitsPerWeight());
        var types = answer.putObject("types");
        written.types().forEach((type, count) -> types.put(type.name(), count));
        var notes = answer.putArray("notes");
        written.notes().forEach(notes::add);
        line(
                "size",
                Sizes.bytes(written.bytes())
                        + String.format(Locale.ROOT, ", %.2f bits a weight", written.bitsPerWeight()));
        written.types().forEach((type, count) -> line("  " + type, Sizes.count(count)));
        written.notes().forEach(note -> spec.commandLine().getErr().println("note: " + note));
    }

    private void measure(ObjectNode answer) {
        if (data.isEmpty()) {
            return;
        }
        var window = new BitsPerByte.Window(context, batch);
        Map<String, Double> before = new LinkedHashMap<>();
        TextMeasure.of(model, data, window, (name, found) -> before.put(name, found.value()));
        var figures = answer.putObject("bits_per_byte");
        TextMeasure.of(out, data, window, (name, found) -> {
            double was = before.getOrDefault(name, Double.NaN);
            figures.putObject(name).put("before", was).put("after", found.value());
            line(
                    name,
                    String.format(
                            Locale.ROOT,
                            "%.4f bits/byte before, %.4f after (%+.4f)",
                            was,
                            found.value(),
                            found.value() - was));
        });
    }

    private void line(String name, String value) {
        if (!json) {
            spec.commandLine().getOut().println(String.format("%-16s %s", name, value));
        }
    }
}
