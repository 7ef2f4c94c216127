package dev.mokha.cli;

import dev.mokha.tensor.SafetensorsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Errors as people at a shell read them: one line that names the thing, the value and the way out.
final class Errors {
    private Errors() {}

    /// The command line itself was wrong.
    static int wrongUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        var err = command.getErr();
        err.println("error: " + wrong(e));
        var suggestions =
                e instanceof UnmatchedArgumentException unmatched ? suggestions(unmatched) : List.<String>of();
        if (!suggestions.isEmpty()) {
            err.println("did you mean: " + String.join(" or ", suggestions) + "?");
        }
        err.println("see: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    private static String wrong(ParameterException e) {
        boolean verbWanted = !e.getCommandLine().getSubcommands().isEmpty();
        if (verbWanted
                && e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().getFirst().startsWith("-")) {
            return "there is no verb '" + unmatched.getUnmatched().getFirst() + "'";
        }
        return oneLine(e.getMessage());
    }

    /// The command line was right; the work failed.
    static int failed(Exception e, CommandLine command, boolean debug) {
        command.getErr().println("error: " + message(e));
        if (debug) {
            e.printStackTrace(command.getErr());
        }
        return ExitCode.SOFTWARE;
    }

    /// {@return what to tell a person}
    static String message(Throwable e) {
        return switch (e) {
            case UncheckedIOException io when io.getCause() != null -> message(io.getCause());
            case NoSuchFileException io -> io.getFile() + " does not exist";
            case AccessDeniedException io -> io.getFile() + " may not be read or written by this user";
            case NotDirectoryException io -> io.getFile() + " is not a folder";
            case DirectoryNotEmptyException io -> io.getFile() + " is a folder that is not empty";
            case FileAlreadyExistsException io -> io.getFile() + " exists already";
            case IOException io -> oneLine(io.toString());
            case SafetensorsException known -> oneLine(known.getMessage());
            case IllegalArgumentException known when known.getMessage() != null -> withoutNative(known.getMessage());
            case IllegalStateException known when known.getMessage() != null -> withoutNative(known.getMessage());
            case RuntimeException known
            when known.getClass() != RuntimeException.class
                    && known.getClass().getPackageName().startsWith("dev.mokha.") -> oneLine(known.getMessage());
            default -> "unexpected " + oneLine(e.toString()) + "; this is a defect: --debug shows where";
        };
    }

    /// All lines of ours, such as a list of names; a native error goes on with the stack of its C++.
    private static String withoutNative(String message) {
        int stack = message.indexOf("\nException raised from");
        return (stack < 0 ? message : message.substring(0, stack)).strip();
    }

    /// The first line.
    private static String oneLine(@Nullable String message) {
        if (message == null) {
            return "no message";
        }
        int end = message.indexOf('\n');
        return (end < 0 ? message : message.substring(0, end)).strip();
    }

    /// Verbs and options near the word; picocli knows them.
    private static List<String> suggestions(UnmatchedArgumentException e) {
        return e.getSuggestions().stream().distinct().limit(3).toList();
    }
}
