package dev.mokha.cli;

import dev.mokha.language.evaluate.BitsPerByte;
import dev.mokha.language.evaluate.Evaluation;
import dev.mokha.language.finetune.TooLong;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.source.ModelSource;
import dev.mokha.tensor.DType;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `mokha evaluate`: how well a decoder predicts text, or how often a fine-tuned encoder is right.
@Command(
        name = "evaluate",
        description = {
            "Measures a decoder on held-out text, in bits per byte: lower is better. They do not depend on the tokenizer,"
                    + " so models with different vocabularies compare; perplexity, a token's, does.",
            "Runs a decoder on the tasks of an evaluation harness (mokha tasks lists them): choices by likelihood, written"
                    + " answers, whole texts. With --out the results lie in a folder for mokha compare, and a run that was"
                    + " stopped goes on behind its last whole task.",
            "Measures a fine-tuned encoder on labelled examples, in the official figures of its kind of task."
        },
        footer = {
            "  mokha evaluate model --data arabic=samples/text/arabic-held-out.jsonl.gz --json",
            "  mokha evaluate model --task arabicmmlu --task acva --task-data data/language --out runs/model",
            "  mokha evaluate runs/reviews/model --data test=test.csv --text review --label stars",
            "  mokha evaluate runs/sst2/model --glue sst2 --glue-folder glue --int8"
        })
final class EvaluateCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "MODEL",
            description = "A Hugging Face folder with config.json, tokenizer.json and the weights, or a GGUF file.")
    private Path folder;

    @Option(
            names = "--data",
            paramLabel = "NAME=PATH",
            converter = DataArgument.Converter.class,
            description = "Text or examples to measure on. Repeat for several.")
    private List<DataArgument> data = List.of();

    @Option(names = "--context", defaultValue = "256", description = "For a decoder: tokens in a window.")
    private int context;

    @Option(names = "--batch", defaultValue = "8", description = "For a decoder: windows read at once.")
    private int batch;

    @Option(
            names = "--task",
            paramLabel = "NAME",
            description = "For a decoder: a task or group of mokha tasks, or a YAML file. Repeat for several.")
    private List<String> tasks = List.of();

    @Option(
            names = "--task-data",
            paramLabel = "FOLDER",
            description = "Where the files that tasks name are. Repeat for several.")
    private List<Path> taskData = List.of();

    @Option(names = "--shots", description = "Examples shown before a question; without, what the task says.")
    private @Nullable Integer shots;

    @Option(names = "--limit", defaultValue = "0", description = "At most so many questions of a task; 0 for all.")
    private int limit;

    @Option(names = "--chat", description = "Puts questions through the model's chat template.")
    private boolean chat;

    @Option(names = "--system", defaultValue = "", description = "With --chat: what the system says first.")
    private String system;

    @Option(names = "--shots-as-turns", description = "With --chat: each example is a turn of its own.")
    private boolean turns;

    @Option(names = "--seed", defaultValue = "1234", description = "Draws the examples shown, and the intervals.")
    private int seed;

    @Option(names = "--dtype", defaultValue = "FLOAT32", description = "The type of the weights for tasks.")
    private DType type;

    @Option(names = "--out", paramLabel = "FOLDER", description = "Where results, samples and report.html of tasks go.")
    private @Nullable Path out;

    @Option(names = "--glue", paramLabel = "TASK", description = "For an encoder: the development set of this task.")
    private @Nullable String glue;

    @Option(names = "--glue-folder", paramLabel = "FOLDER", description = "Holds SST-2 and so on.")
    private @Nullable Path glueFolder;

    @Option(names = "--max-length", defaultValue = "0", description = "For an encoder: tokens at most; 0 for its own.")
    private int maxLength;

    @Option(
            names = "--too-long",
            defaultValue = "cut",
            converter = FinetuneCommand.TooLongConverter.class,
            description = "For an encoder: stop at a text that is longer, or cut it.")
    private TooLong tooLong;

    @Option(
            names = "--int8",
            description = "For an encoder: measures it in float32 and with its layers in 8-bit integers.")
    private boolean int8;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Mixin
    private TableOptions table;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        if ((glue == null) != (glueFolder == null)) {
            throw new ParameterException(spec.commandLine(), "--glue and --glue-folder go together");
        }
        if (data.isEmpty() && glue == null && tasks.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "give --data, for a decoder --task, or for an encoder --glue");
        }
        if (!tasks.isEmpty()) {
            return tasks(out);
        }
        if (this.out != null) {
            throw new ParameterException(spec.commandLine(), "--out goes with --task");
        }
        ObjectNode answer = isEncoder()
                ? new EncoderEvaluation(
                                EncoderFolder.open(folder), data, glue, glueFolder, table, maxLength, tooLong, int8)
                        .run(out, spec.commandLine().getErr(), json)
                : decoder();
        if (json) {
            out.println(answer.toPrettyString());
        }
        out.flush();
        return ExitCode.OK;
    }

    private boolean isEncoder() {
        return !ModelSource.isGguf(folder) && EncoderFolder.isEncoder(folder);
    }

    private int tasks(PrintWriter print) {
        if (!data.isEmpty() || glue != null) {
            throw new ParameterException(
                    spec.commandLine(), "--task stands alone; give --data or --glue in another call");
        }
        if ((shots != null && shots < 0) || limit < 0) {
            throw new ParameterException(spec.commandLine(), "--shots and --limit are 0 or more");
        }
        if (!chat && (turns || !system.isEmpty())) {
            throw new ParameterException(spec.commandLine(), "--system and --shots-as-turns go with --chat");
        }
        if (isEncoder()) {
            throw new ParameterException(spec.commandLine(), folder + " holds an encoder; --task is for decoders");
        }
        var settings = new Evaluation.Settings(taskData, limit, seed, chat, system, turns);
        ObjectNode answer = new TaskEvaluation(folder, tasks, shots, settings, type, out)
                .run(print, spec.commandLine().getErr(), json, spec);
        if (json) {
            print.println(answer.toPrettyString());
        }
        print.flush();
        return ExitCode.OK;
    }

    private ObjectNode decoder() {
        if (int8) {
            throw new ParameterException(spec.commandLine(), folder + " holds a decoder; --int8 is for encoders");
        }
        if (glue != null) {
            throw new ParameterException(spec.commandLine(), folder + " holds a decoder; --glue is for encoders");
        }
        var answer = JsonNodeFactory.instance.objectNode();
        TextMeasure.of(folder, data, new BitsPerByte.Window(context, batch), (name, found) -> {
            answer.putObject(name)
                    .put("bits_per_byte", found.value())
                    .put("perplexity", found.perplexity())
                    .put("bytes", found.bytes())
                    .put("tokens", found.tokens());
            if (!json) {
                spec.commandLine()
                        .getOut()
                        .println(String.format(Locale.ROOT, "%-16s %.4f bits/byte", name, found.value()));
            }
        });
        return answer;
    }
}
