package dev.mokha.cli;

import dev.mokha.cli.call.CallInput;
import dev.mokha.cli.call.CallOutput;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Mode;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha forward`: one call of a model, to compare it with any other implementation.
@Command(
        name = "forward",
        description = {
            "Runs a model once on given ids and returns every output, in float32.",
            "The input has the keys of the Hugging Face call: input_ids, and where wanted attention_mask, position_ids,"
                    + " token_type_ids (zeros, for a decoder) and labels. A decoder returns logits, and loss when there"
                    + " are labels. Weights of another type are converted to float32 first."
        },
        footer = {
            "  mokha forward fixtures/decoders/llama3/model --input call.json",
            "  mokha forward model --input call.json --output logits.safetensors"
        })
final class ForwardCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "Folder with config.json and the weights.")
    private Path folder;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description = "JSON object of nested lists of ids.")
    private Path input;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description =
                    "Where the outputs go: JSON, or safetensors when the name ends so; else JSON to standard output.")
    private @Nullable Path output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var call = CallInput.read(input);
        var model = ModelFolder.open(folder);
        call.requireWithin(model.config().vocabSize());
        try (var decoder = model.decoder(Loading.forUse(Device.CPU).as(DType.FLOAT32));
                var _ = Scope.open("forward");
                var _ = Gradients.off()) {
            decoder.params().mode(Mode.EVAL);
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            outputs.put("logits", decoder.forward(call.batch())); // [batch, time, vocab]
            Tensor labels = call.labels();
            if (labels != null) {
                outputs.put("loss", decoder.loss(call.batch(), labels));
            }
            CallOutput.write(outputs, output, spec.commandLine().getOut());
        }
        return ExitCode.OK;
    }
}
