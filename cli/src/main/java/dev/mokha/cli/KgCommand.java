package dev.mokha.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `mokha kg`: the verbs about knowledge graphs.
@Command(
        name = "kg",
        description = "Keeps a knowledge graph that grows: facts from files, snapshot by snapshot, in one file.",
        synopsisSubcommandLabel = "VERB",
        footer = "  mokha kg import facts.tsv --store graph.db",
        subcommands = {
            KgImportCommand.class,
            KgExportCommand.class,
            KgFactsCommand.class,
            KgHistoryCommand.class,
            KgLearnCommand.class,
            KgUpdateCommand.class,
            KgQueryCommand.class,
            KgEvaluateCommand.class
        })
final class KgCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a verb is missing");
    }
}
