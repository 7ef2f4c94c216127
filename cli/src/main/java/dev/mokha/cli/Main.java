package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The `mokha` command. Its verbs are classes of this package; this one holds what they share.
///
/// It ends with 0 when all went well, 1 when the work failed, 2 when the command line was wrong, and 130
/// when it was interrupted. Results go to standard output, everything else to standard error.
@Command(
        name = "mokha",
        description = "Teaches language models new languages, in one process.",
        synopsisSubcommandLabel = "VERB",
        versionProvider = Version.class,
        showDefaultValues = true,
        scope = ScopeType.INHERIT,
        usageHelpAutoWidth = true,
        footerHeading = "%nExample:%n",
        footer = "  mokha inspect fixtures/decoders/llama3/model",
        commandListHeading = "%nVerbs:%n",
        exitCodeOnExecutionException = 1,
        subcommands = {
            QuickstartCommand.class,
            GenerateCommand.class,
            ChatCommand.class,
            ServeCommand.class,
            TokenizerCommand.class,
            GrammarCommand.class,
            PretrainCommand.class,
            PretrainEncoderCommand.class,
            PretrainingDataCommand.class,
            AdaptCommand.class,
            TuneCommand.class,
            AlignCommand.class,
            GrpoCommand.class,
            RewardCommand.class,
            MergeCommand.class,
            QuantizeCommand.class,
            FinetuneCommand.class,
            PredictCommand.class,
            EmbedCommand.class,
            EvaluateCommand.class,
            CompareCommand.class,
            JudgeCommand.class,
            TasksCommand.class,
            ScoreCommand.class,
            ForwardCommand.class,
            KgCommand.class,
            ImportCommand.class,
            InspectCommand.class,
            SimulateCommand.class,
            CompletionCommand.class
        })
public final class Main implements Callable<Integer> {
    /// What a program ends with when it was interrupted.
    static final int INTERRUPTED = 130;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // picocli itself acts on it
    private boolean help;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "Shows the stack trace of an error.")
    private boolean debug;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "Shows the version.")
    @SuppressWarnings("UnusedVariable") // picocli itself acts on it
    private boolean version;

    @Spec
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] args) {
        // Always UTF-8: what Java takes from the locale may not know Arabic.
        var out = new PrintWriter(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        var err = new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int code = run(out, err, args);
        out.flush();
        err.flush();
        System.exit(code);
    }

    /// Runs one command line; {@return its exit code}
    static int run(PrintWriter out, PrintWriter err, String... args) {
        try {
            return commandLine().setOut(out).setErr(err).execute(args);
        } catch (OutOfMemoryError e) {
            err.println("error: the Java heap of "
                    + Sizes.bytes(Runtime.getRuntime().maxMemory())
                    + " is too small for this; give more, such as MOKHA_JAVA_OPTS=-Xmx8g (" + e.getMessage() + ")");
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    /// {@return the parser of the whole command, verbs included}
    static CommandLine commandLine() {
        var main = new Main();
        return new CommandLine(main)
                .setParameterExceptionHandler(Errors::wrongUsage)
                .setExecutionExceptionHandler((e, command, parsed) -> Errors.failed(e, command, main.debug))
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a verb is missing");
    }
}
