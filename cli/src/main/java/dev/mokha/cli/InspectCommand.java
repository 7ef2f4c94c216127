package dev.mokha.cli;

import dev.mokha.cli.facts.Facts;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha inspect`: what is in a folder or file, without loading it.
@Command(
        name = "inspect",
        description = {
            "Says what is in a model's folder, a GGUF or safetensors file, or a tokenizer file.",
            "Sizes, types, and the memory that it needs; only headers are read, so it is quick for files of any size."
        },
        footer = "  mokha inspect fixtures/decoders/llama3/model --tensors")
final class InspectCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "PATH",
            description = "A Hugging Face folder, a .gguf file, a .safetensors file or its index, a config.json, a"
                    + " tokenizer.json or a vocab.txt.")
    private Path path;

    @Option(names = "--tensors", description = "Lists every tensor: type, shape, name.")
    private boolean tensors;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var facts = Facts.of(path);
        if (json) {
            out.println(facts.json(tensors).toPrettyString());
        } else {
            facts.print(out, tensors);
        }
        out.flush();
        return ExitCode.OK;
    }
}
