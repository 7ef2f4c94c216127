package dev.mokha.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha completion`: the verbs and options for the shell's Tab key.
@Command(
        name = "completion",
        description = "Prints a script that teaches a shell to complete this command.",
        footer = {
            "  bash:  source <(mokha completion bash)    # in ~/.bashrc",
            "  zsh:   source <(mokha completion zsh)     # in ~/.zshrc"
        })
final class CompletionCommand implements Callable<Integer> {
    /// The shells with a script.
    enum Shell {
        BASH,
        ZSH
    }

    @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}, in either case.")
    private Shell shell;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        if (shell == Shell.ZSH) { // zsh runs bash's completions through its own adapter
            out.println("autoload -U +X compinit && compinit -u");
            out.println("autoload -U +X bashcompinit && bashcompinit");
        }
        out.println(AutoComplete.bash("mokha", spec.root().commandLine()));
        out.flush();
        return ExitCode.OK;
    }
}
