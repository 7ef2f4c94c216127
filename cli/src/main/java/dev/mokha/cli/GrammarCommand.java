package dev.mokha.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `mokha grammar`: the verbs about grammars that a model's text is held to.
@Command(
        name = "grammar",
        description = "Checks the grammars that hold a model to a form.",
        synopsisSubcommandLabel = "VERB",
        footer = "  mokha grammar check --regex \"[0-9]{4}-[0-9]{2}\" 2026-11 2026",
        subcommands = GrammarCheckCommand.class)
final class GrammarCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a verb is missing");
    }
}
