package dev.mokha.cli;

import dev.mokha.language.finetune.Finetuning;
import dev.mokha.language.finetune.Results;
import dev.mokha.language.finetune.TaskData;
import dev.mokha.language.finetune.TooLong;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.task.Glue;
import dev.mokha.nn.fit.StopSignal;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// `mokha finetune`: an encoder for a task.
@Command(
        name = "finetune",
        description = {
            "Fine-tunes an encoder for a task: one of GLUE by its name, or classify, regress, tag or choose with examples"
                    + " of your own.",
            "OUT/model is the best run's Hugging Face folder; report.html, result.json, run.json and the runs' curves lie"
                    + " beside it. Ctrl-C stops with a checkpoint, and the same command goes on."
        },
        footer = {
            "  mokha finetune sst2 --model bert --glue-folder glue --seeds 5 --out runs/sst2",
            "  mokha finetune classify --model bert --train train.csv --dev dev.csv --text review --label stars --out run",
            "  mokha finetune tag --model bert --train train.conll --dev dev.conll --out runs/names"
        },
        subcommands = FineTuneSquadCommand.class)
final class FinetuneCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "TASK",
            description = "cola, sst2, mrpc, stsb, qqp, mnli, qnli, rte, wnli; or classify, regress, tag, choose.")
    private @Nullable String task;

    @Option(names = "--model", paramLabel = "FOLDER", description = "The encoder to begin from.")
    private @Nullable Path model;

    @Option(names = "--out", paramLabel = "FOLDER", description = "Where everything goes.")
    private @Nullable Path out;

    @Option(names = "--glue-folder", paramLabel = "FOLDER", description = "For a task of GLUE: holds SST-2 and so on.")
    private @Nullable Path glueFolder;

    @Option(names = "--train", paramLabel = "FILE", description = "Examples of your own to learn from.")
    private @Nullable Path train;

    @Option(names = "--dev", paramLabel = "FILE", description = "Examples held out.")
    private @Nullable Path dev;

    @Option(names = "--dev-share", defaultValue = "0", description = "Without --dev: the share of --train held out.")
    private double devShare;

    @Option(names = "--train-limit", defaultValue = "0", description = "Learns from the first so many; 0 for all.")
    private int limit;

    @Option(names = "--metric", description = "The figure that decides, such as accuracy or f1_macro.")
    private @Nullable String metric;

    @Option(
            names = "--too-long",
            converter = TooLongConverter.class,
            description = "stop or cut a text longer than --max-length: stop for your own examples, cut for GLUE.")
    private @Nullable TooLong tooLong;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Mixin
    private TableOptions table;

    @Mixin
    private FineTuneOptions recipe;

    @Spec
    private CommandSpec spec;

    static final class TooLongConverter implements picocli.CommandLine.ITypeConverter<TooLong> {
        @Override
        public TooLong convert(String text) {
            return Choice.of(TooLong.class, text);
        }
    }

    @Override
    public Integer call() {
        // Checked here and not by the parser, which would ask for them before a verb under this one too.
        return run(wanted("TASK", task), wanted("--model", model), wanted("--out", out));
    }

    private <T> T wanted(String name, @Nullable T value) {
        if (value == null) {
            throw new ParameterException(spec.commandLine(), name + " is missing");
        }
        return value;
    }

    private int run(String name, Path from, Path to) {
        var err = spec.commandLine().getErr();
        EncoderFolder base = EncoderFolder.open(from);
        TaskData data = new TaskFiles(spec, name, glueFolder, train, dev, devShare, recipe.seed())
                .read(table)
                .deciding(metric);
        data = limit > 0 ? data.withTrain(limit) : data;
        boolean glue = Glue.orNull(name) != null;
        TooLong policy = tooLong != null ? tooLong : glue ? TooLong.CUT : TooLong.STOP;
        var finetuning = Finetuning.prepare(base, data, recipe.grid(spec), policy);
        if (finetuning.cut() > 0) {
            err.println(finetuning.cut() + " texts are longer than --max-length and were cut");
        }
        RunFile.begin(to, spec, new TreeMap<>(recipe.grid(spec).recipe().describe()), Set.of("--json"));
        var stop = new StopSignal();
        @Nullable Results results;
        try (var _ = Interrupts.raising(stop, err)) {
            results = finetuning.run(to, new StageLines(err), stop);
        }
        if (results == null) {
            err.println("stopped; the same command goes on from here");
            return Main.INTERRUPTED;
        }
        print(results, to);
        return Double.isFinite(results.bestTrial().score(data.metrics().getFirst())) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void print(Results results, Path to) {
        var writer = spec.commandLine().getOut();
        if (json) {
            writer.println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(results.json()));
        } else {
            results.table().forEach(row -> writer.println(TextTable.line(row, List.of(36, 12))));
            writer.println(to.resolve("model"));
        }
        writer.flush();
    }
}
