package dev.mokha.cli;

import dev.mokha.cli.facts.JsonFiles;
import dev.mokha.language.folder.Forward;
import dev.mokha.language.folder.ForwardResult;
import java.nio.file.Path;
import java.util.List;
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
                    + " token_type_ids (zeros, for a decoder) and labels. A decoder returns logits, hidden_states.0 to"
                    + " hidden_states.N, and loss when there are labels. An encoder returns what the class of its"
                    + " folder does (logits, or start_logits and end_logits, or prediction_logits and"
                    + " seq_relationship_logits), its hidden states, pooler_output where it has one, attentions.N with"
                    + " output_attentions, and loss when there are labels (next_sentence_label, start_positions,"
                    + " end_positions). Weights of another type are converted to float32 first."
        },
        footer = {
            "  mokha forward fixtures/decoders/llama3/model --input call.json",
            "  mokha forward model --input call.json --output logits.safetensors"
        })
final class ForwardCommand implements Callable<Integer> {
    private static final List<String> KEYS = List.of(
            "input_ids",
            "attention_mask",
            "position_ids",
            "token_type_ids",
            "labels",
            "next_sentence_label",
            "start_positions",
            "end_positions",
            "output_attentions");

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
        ForwardResult result = compute();
        if (output == null) {
            spec.commandLine().getOut().println(result.json());
            spec.commandLine().getOut().flush();
        } else if (output.toString().endsWith(".safetensors")) {
            result.write(output);
        } else {
            JsonFiles.write(output, result.json() + "\n");
        }
        return ExitCode.OK;
    }

    /// What is wrong with the input is told with the name of its file.
    private ForwardResult compute() {
        for (String key : JsonFiles.object(input).propertyNames()) {
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException(input + " has the key \"" + key + "\"; known: " + KEYS);
            }
        }
        try {
            return Forward.run(folder, JsonFiles.text(input));
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            boolean ofInput = KEYS.stream().anyMatch(message::startsWith) || message.startsWith("the input");
            throw ofInput ? new IllegalArgumentException(input + ": " + message, e) : e;
        }
    }
}
