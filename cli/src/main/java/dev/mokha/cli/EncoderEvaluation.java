package dev.mokha.cli;

import dev.mokha.language.finetune.Kind;
import dev.mokha.language.finetune.Predictor;
import dev.mokha.language.finetune.TooLong;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.task.Example;
import dev.mokha.language.task.Glue;
import dev.mokha.language.task.LabelSet;
import dev.mokha.nn.metric.EntityF1;
import dev.mokha.nn.metric.Report;
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
record EncoderEvaluation(
        EncoderFolder folder,
        List<DataArgument> data,
        @Nullable String glue,
        @Nullable Path glueFolder,
        TableOptions table,
        int maxLength,
        TooLong tooLong) {
    /// Measures; {@return the figures of each set by name, and lines for people to `out`}
    ObjectNode run(PrintWriter out, PrintWriter err, boolean silent) {
        var answer = JsonNodeFactory.instance.objectNode();
        try (var predictor = Predictor.open(folder, maxLength, tooLong)) {
            examples(predictor, err).forEach((name, examples) -> {
                Report report = predictor.evaluate(examples);
                ObjectNode figures = answer.putObject(name);
                report.figures().forEach(figures::put);
                if (!silent) {
                    report.figures()
                            .forEach((figure, value) ->
                                    out.println(String.format(Locale.ROOT, "%-16s %-22s %.4f", name, figure, value)));
                    types(report, out);
                }
            });
            if (predictor.cut() > 0) {
                err.println(predictor.cut() + " texts were too long and were cut");
            }
        }
        return answer;
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
