package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.language.evaluate.BitsPerByte;
import dev.mokha.language.gguf.GgufExport;
import dev.mokha.language.gguf.Mix;
import dev.mokha.language.quantize.ModelOutput;
import dev.mokha.language.source.ModelSource;
import dev.mokha.tensor.DType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
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
                    + " as a folder. Reads folders and GGUF files.",
            "With --data, says what it costs: bits per byte of held-out text before and after."
        },
        footer = {
            "  mokha quantize model --to Q4_K_M --out model-q4_k_m.gguf",
            "  mokha quantize model --to Q8_0 --out model-q8_0.gguf --data english=held-out.txt",
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
            names = "--pure",
            description = "Stores every matrix in the type; without, some have more bits, as in llama.cpp.")
    private boolean pure;

    @Option(
            names = "--data",
            paramLabel = "NAME=PATH",
            converter = DataArgument.Converter.class,
            description = "Held-out text to measure before and after on. Repeat for several.")
    private List<DataArgument> data = List.of();

    @Option(names = "--context", defaultValue = "256", description = "With --data: tokens in a window.")
    private int context;

    @Option(names = "--batch", defaultValue = "8", description = "With --data: windows read at once.")
    private int batch;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

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
            if (out.toString().toLowerCase(Locale.ROOT).endsWith(".gguf")) {
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

    private DType plain() {
        return switch (to) {
            case F32 -> DType.FLOAT32;
            case F16 -> DType.FLOAT16;
            case BF16 -> DType.BFLOAT16;
            default ->
                throw new ParameterException(
                        spec.commandLine(),
                        "a folder has F32, F16 or BF16 weights; for " + to + " give --out FILE.gguf");
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
