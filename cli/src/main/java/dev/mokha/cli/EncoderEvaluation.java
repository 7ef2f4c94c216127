package dev.mokha.cli;

import dev.mokha.language.finetune.Kind;
import dev.mokha.language.finetune.Predictor;
import dev.mokha.language.finetune.TooLong;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.task.Example;
import dev.mokha.language.task.Glue;
import dev.mokha.language.task.LabelSet;
import dev.mokha.nn.Int8;
import dev.mokha.nn.Loading;
import dev.mokha.nn.metric.EntityF1;
import dev.mokha.nn.metric.Report;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A fine-tuned encoder against labelled examples, in the official figures.
///
/// @param glue a task of GLUE whose development set counts; null for files
/// @param glueFolder where it is
/// @param int8 whether to measure it quantised too, and what that changes
record EncoderEvaluation(
        EncoderFolder folder,
        List<DataArgument> data,
        @Nullable String glue,
        @Nullable Path glueFolder,
        TableOptions table,
        int maxLength,
        TooLong tooLong,
        boolean int8) {
    /// {@return float32 on the processor, or with the layers in 8-bit integers}
    static Loading loading(boolean int8) {
        Loading loading = Loading.forUse(Device.CPU).as(DType.FLOAT32);
        return int8 ? loading.quantized(Int8.dynamic()) : loading;
    }

    /// Measures; {@return the figures of each set by name, and lines for people to `out`}
    ObjectNode run(PrintWriter out, PrintWriter err, boolean silent) {
        var answer = JsonNodeFactory.instance.objectNode();
        try (var predictor = Predictor.open(folder, maxLength, tooLong)) {
            Map<String, List<? extends Example>> sets = examples(predictor, err);
            if (int8) {
                compare(predictor, sets, silent ? null : out, answer);
            } else {
                plainly(predictor, sets, silent ? null : out, answer);
            }
            if (predictor.cut() > 0) {
                err.println(predictor.cut() + " texts were too long and were cut");
            }
        }
        return answer;
    }

    private static void plainly(
            Predictor predictor,
            Map<String, List<? extends Example>> sets,
            @Nullable PrintWriter out,
            ObjectNode answer) {
        sets.forEach((name, examples) -> {
            Report report = predictor.evaluate(examples);
            ObjectNode figures = answer.putObject(name);
            report.figures().forEach(figures::put);
            if (out != null) {
                report.figures()
                        .forEach((figure, value) ->
                                out.println(String.format(Locale.ROOT, "%-16s %-22s %.4f", name, figure, value)));
                types(report, out);
            }
        });
    }

    /// Both ways over the same examples: the figures of each, what rounding changes, and what it costs and saves.
    private void compare(
            Predictor exact, Map<String, List<? extends Example>> sets, @Nullable PrintWriter out, ObjectNode answer) {
        try (var narrow = Predictor.open(folder, maxLength, tooLong, loading(true))) {
            sets.forEach((name, examples) -> {
                Timed first = Timed.of(exact, examples);
                Timed second = Timed.of(narrow, examples);
                ObjectNode figures = answer.putObject(name);
                ObjectNode float32 = first.write(figures.putObject("float32"), exact);
                ObjectNode int8 = second.write(figures.putObject("int8"), narrow);
                ObjectNode change = figures.putObject("change");
                float32.properties()
                        .forEach(figure -> change.put(
                                figure.getKey(),
                                int8.get(figure.getKey()).asDouble()
                                        - figure.getValue().asDouble()));
                if (out != null) {
                    float32.properties()
                            .forEach(figure -> out.println(String.format(
                                    Locale.ROOT,
                                    "%-16s %-22s float32 %.4f  int8 %.4f  change %+.4f",
                                    name,
                                    figure.getKey(),
                                    figure.getValue().asDouble(),
                                    int8.get(figure.getKey()).asDouble(),
                                    change.get(figure.getKey()).asDouble())));
                }
            });
        }
    }

    /// The figures of one model on one set, and how long they took.
    private record Timed(Report report, double seconds) {
        static Timed of(Predictor predictor, List<? extends Example> examples) {
            long start = System.nanoTime();
            Report report = predictor.evaluate(examples);
            return new Timed(report, (System.nanoTime() - start) / 1e9);
        }

        ObjectNode write(ObjectNode to, Predictor predictor) {
            report.figures().forEach(to::put);
            return to.put("seconds", seconds).put("weights_megabytes", predictor.bytes() / 1e6);
        }
    }

    private static void types(Report report, PrintWriter out) {
        if (report instanceof EntityF1 entities) {
            entities.types()
                    .forEach((type, counts) -> out.println(String.format(
                            Locale.ROOT,
                            "  %-14s precision %.4f  recall %.4f  f1 %.4f  of %d",
                            type,
                            counts.precision(),
                            counts.recall(),
                            counts.f1(),
                            counts.present())));
        }
    }

    private Map<String, List<? extends Example>> examples(Predictor predictor, PrintWriter err) {
        Map<String, List<? extends Example>> sets = new LinkedHashMap<>();
        Kind kind = predictor.kind();
        @Nullable LabelSet labels = kind == Kind.CLASSIFY || kind == Kind.TAG ? predictor.labels() : null;
        for (DataArgument file : data) {
            sets.put(file.name(), table.examples(file.path(), kind, labels, err));
        }
        if (glue != null && glueFolder != null) {
            Glue task = Glue.of(glue);
            if (labels != null
                    && !task.isRegression()
                    && !labels.names().equals(task.labels().names())) {
                throw new IllegalArgumentException(folder.path() + " knows the classes " + labels.names() + ", "
                        + task.title() + " has " + task.labels().names());
            }
            sets.put(task.id() + ".dev", task.read(glueFolder, Glue.Split.DEV));
        }
        return sets;
    }
}
