package dev.mokha.cli;

import dev.mokha.language.evaluate.BitsPerByte;
import dev.mokha.language.finetune.TooLong;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.pretrain.EndOfText;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
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
            "Measures a fine-tuned encoder on labelled examples, in the official figures of its kind of task."
        },
        footer = {
            "  mokha evaluate model --data arabic=samples/text/arabic-held-out.jsonl.gz --json",
            "  mokha evaluate runs/reviews/model --data test=test.csv --text review --label stars",
            "  mokha evaluate runs/sst2/model --glue sst2 --glue-folder glue --int8"
        })
final class EvaluateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "Folder with config.json, tokenizer.json and the weights.")
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
        if (data.isEmpty() && glue == null) {
            throw new ParameterException(spec.commandLine(), "give --data, or for an encoder --glue");
        }
        ObjectNode answer = EncoderFolder.isEncoder(folder)
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

    private ObjectNode decoder() {
        if (int8) {
            throw new ParameterException(spec.commandLine(), folder + " holds a decoder; --int8 is for encoders");
        }
        if (glue != null) {
            throw new ParameterException(spec.commandLine(), folder + " holds a decoder; --glue is for encoders");
        }
        var model = ModelFolder.open(folder);
        var tokenizer = model.tokenizer();
        int endOfText = EndOfText.of(model.generation().special(), tokenizer);
        var answer = JsonNodeFactory.instance.objectNode();
        try (var decoder = model.decoder(Loading.forUse(Device.CPU).as(DType.FLOAT32))) {
            for (DataArgument text : data) {
                var found = BitsPerByte.of(
                        decoder,
                        line -> tokenizer.encodeIds(line, false),
                        endOfText,
                        text.text().all(),
                        new BitsPerByte.Window(context, batch));
                answer.putObject(text.name())
                        .put("bits_per_byte", found.value())
                        .put("perplexity", found.perplexity())
                        .put("bytes", found.bytes())
                        .put("tokens", found.tokens());
                if (!json) {
                    spec.commandLine()
                            .getOut()
                            .println(String.format(Locale.ROOT, "%-16s %.4f bits/byte", text.name(), found.value()));
                }
            }
        }
        return answer;
    }
}
