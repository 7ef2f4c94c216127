package dev.mokha.cli;

import dev.mokha.language.evaluate.BitsPerByte;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.pretrain.EndOfText;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/// `mokha evaluate`: how well a model predicts text.
@Command(
        name = "evaluate",
        description = {
            "Measures a model on held-out text, in bits per byte: lower is better.",
            "Bits per byte do not depend on the tokenizer, so models with different vocabularies compare. Perplexity, a"
                    + " token's, does."
        },
        footer = "  mokha evaluate model --data arabic=samples/text/arabic-held-out.jsonl.gz --json")
final class EvaluateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "Folder with config.json, tokenizer.json and the weights.")
    private Path folder;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "NAME=PATH",
            converter = DataArgument.Converter.class,
            description = "Text to measure on. Repeat for several.")
    private List<DataArgument> data;

    @Option(names = "--context", defaultValue = "256", description = "Tokens in a window.")
    private int context;

    @Option(names = "--batch", defaultValue = "8", description = "Windows read at once.")
    private int batch;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
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
                    out.println(String.format(Locale.ROOT, "%-16s %.4f bits/byte", text.name(), found.value()));
                }
            }
        }
        if (json) {
            out.println(answer.toPrettyString());
        }
        out.flush();
        return ExitCode.OK;
    }
}
