package dev.mokha.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `mokha tokenizer`: the verbs about tokenizers.
@Command(
        name = "tokenizer",
        description = "Trains, merges, measures, applies, checks and describes tokenizers.",
        synopsisSubcommandLabel = "VERB",
        footer = "  mokha tokenizer encode model --lines text.txt --json",
        subcommands = {
            TokenizerTrainCommand.class,
            TokenizerMergeCommand.class,
            TokenizerSizesCommand.class,
            TokenizerEncodeCommand.class,
            TokenizerCheckCommand.class,
            TokenizerInspectCommand.class
        })
final class TokenizerCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a verb is missing");
    }
}
