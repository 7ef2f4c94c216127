package dev.mokha.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `mokha reward`: the verbs about reward models.
@Command(
        name = "reward",
        description = "Trains models that say how good an answer is, and scores conversations with them.",
        synopsisSubcommandLabel = "VERB",
        footer = "  mokha reward score run/model --conversations answers.jsonl",
        subcommands = {RewardTrainCommand.class, RewardScoreCommand.class})
final class RewardCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a verb is missing");
    }
}
