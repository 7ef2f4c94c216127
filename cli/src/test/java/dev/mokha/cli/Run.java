package dev.mokha.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

/// One command line, run in this JVM.
///
/// @param code the exit code
/// @param out what it wrote to standard output
/// @param err what it wrote to standard error
record Run(int code, String out, String err) {
    /// The folder of the repository.
    static final Path ROOT = Path.of(System.getProperty("mokha.root", ".")).toAbsolutePath();

    static Run mokha(Object... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        var words = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            words[i] = args[i].toString();
        }
        int code = Main.run(new PrintWriter(out), new PrintWriter(err), words);
        return new Run(code, out.toString(), err.toString());
    }
}
