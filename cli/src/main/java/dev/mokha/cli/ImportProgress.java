package dev.mokha.cli;

import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.FactSink;
import dev.mokha.knowledge.triples.Split;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/// How far an import is, in bytes of its files, and where it ends when it was interrupted.
final class ImportProgress implements AutoCloseable {
    private final FactProgress progress;
    private final AtomicBoolean stop;
    private long before;
    private long size;

    ImportProgress(PrintWriter err, List<Path> files, AtomicBoolean stop) {
        this.stop = stop;
        long all = files.stream().mapToLong(ImportProgress::size).sum();
        String name = files.size() == 1 ? String.valueOf(files.getFirst().getFileName()) : files.size() + " files";
        this.progress = new FactProgress(err, FactProgress.Work.bytes(name, all));
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// {@return a sink for a file, behind those that were read}
    FactSink watching(Path file, FactSink next) {
        before += size;
        size = size(file);
        return new FactSink() {
            @Override
            public void fact(Fact fact, long line, String snapshot, Split split) {
                next.fact(fact, line, snapshot, split);
                if (progress.passed() % 1000 == 0) {
                    goOn(); // JSON-LD is read whole before its first fact
                }
            }

            @Override
            public void mention(String entity, String text, long line) {
                next.mention(entity, text, line);
            }

            @Override
            public void prefix(String name, String iri) {
                next.prefix(name, iri);
            }

            @Override
            public void read(long bytes) {
                goOn();
                progress.at(before + bytes);
            }
        };
    }

    private void goOn() {
        if (stop.get()) {
            throw new CancellationException();
        }
    }

    /// All is read, and is stored now.
    void storing() {
        progress.finishing("storing");
    }

    @Override
    public void close() {
        progress.close();
    }
}
