package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.FactSink;
import dev.mokha.knowledge.triples.Split;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/// How far an import is: one line that is written over on a terminal, a line every million facts elsewhere.
final class ImportProgress implements AutoCloseable {
    private static final int OFTEN = 10_000;
    private static final int SELDOM = 1_000_000;

    private final PrintWriter err;
    private final AtomicBoolean stop;
    private final boolean terminal = Boolean.getBoolean("mokha.terminal");
    private Path file = Path.of("");
    private long facts;
    private boolean shown;

    ImportProgress(PrintWriter err, AtomicBoolean stop) {
        this.err = err;
        this.stop = stop;
    }

    void begins(Path next) {
        file = next;
    }

    /// {@return a sink that counts what passes, and ends the import when it was interrupted}
    FactSink watching(FactSink next) {
        return new FactSink() {
            @Override
            public void fact(Fact fact, long line, String snapshot, Split split) {
                if (stop.get()) {
                    throw new CancellationException();
                }
                next.fact(fact, line, snapshot, split);
                passed();
            }

            @Override
            public void mention(String entity, String text, long line) {
                next.mention(entity, text, line);
            }

            @Override
            public void prefix(String name, String iri) {
                next.prefix(name, iri);
            }
        };
    }

    private void passed() {
        facts++;
        if (facts % (terminal ? OFTEN : SELDOM) == 0) {
            err.print((terminal ? "\r\033[K" : "") + file + ": " + Sizes.count(facts) + " facts"
                    + (terminal ? "" : "\n"));
            err.flush();
            shown = terminal;
        }
    }

    @Override
    public void close() {
        if (shown) {
            err.print("\r\033[K");
            err.flush();
        }
    }
}
