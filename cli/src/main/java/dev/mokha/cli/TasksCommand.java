package dev.mokha.cli;

import dev.mokha.language.evaluate.BuiltInTasks;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha tasks`: what a model can be evaluated on.
@Command(
        name = "tasks",
        description = {
            "Lists the tasks that come with mokha evaluate, and groups of them.",
            "With a NAME prints that task's file, to begin one of your own from: ten lines in the form of"
                    + " lm-evaluation-harness."
        },
        footer = {"  mokha tasks", "  mokha tasks acva"})
final class TasksCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", arity = "0..1", description = "The task to print.")
    private @Nullable String name;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        if (name == null) {
            BuiltInTasks.names().forEach(out::println);
        } else {
            out.print(BuiltInTasks.yaml(name));
        }
        out.flush();
        return ExitCode.OK;
    }
}
