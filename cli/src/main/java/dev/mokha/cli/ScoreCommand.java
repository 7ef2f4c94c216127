package dev.mokha.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `mokha score`: the official scores of predictions, whoever made them.
@Command(
        name = "score",
        description = "Scores files of predictions as the official scripts do.",
        synopsisSubcommandLabel = "TASK",
        footer = "  mokha score squad dev.json predictions.json",
        subcommands = ScoreSquadCommand.class)
final class ScoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a task is missing");
    }
}
