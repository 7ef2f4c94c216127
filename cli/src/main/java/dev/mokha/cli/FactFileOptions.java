package dev.mokha.cli;

import dev.mokha.knowledge.triples.Columns;
import dev.mokha.knowledge.triples.Dictionary;
import dev.mokha.knowledge.triples.FactFile;
import dev.mokha.knowledge.triples.FactFormat;
import dev.mokha.knowledge.triples.FactSink;
import dev.mokha.knowledge.triples.NamedFacts;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How files of facts are to be read.
final class FactFileOptions {
    @Option(
            names = "--format",
            description = "What the files are: ${COMPLETION-CANDIDATES}. By default the ending of a name tells.")
    private @Nullable FactFormat format;

    @Option(names = "--head", paramLabel = "COLUMN", description = "The column with the head; a TSV then has a header.")
    private @Nullable String head;

    @Option(names = "--relation", paramLabel = "COLUMN", description = "The column with the relation.")
    private @Nullable String relation;

    @Option(names = "--tail", paramLabel = "COLUMN", description = "The column with the tail.")
    private @Nullable String tail;

    @Option(
            names = "--snapshot-column",
            paramLabel = "COLUMN",
            description = "The column with the name of the snapshot; rows of one snapshot follow each other.")
    private @Nullable String snapshot;

    @Option(names = "--split-column", paramLabel = "COLUMN", description = "The column with train, valid or test.")
    private @Nullable String split;

    @Option(
            names = "--entities",
            paramLabel = "FILE",
            description = "Heads and tails are numbers of names in this file: a name a line, or name and number.")
    private @Nullable Path entities;

    @Option(
            names = "--relations",
            paramLabel = "FILE",
            description = "Relations are numbers of names in this file, likewise.")
    private @Nullable Path relations;

    @Option(names = "--keep-literals", description = "Keeps literals of RDF as entities instead of leaving them out.")
    private boolean keepLiterals;

    boolean namesSnapshots() {
        return snapshot != null;
    }

    boolean namesSplits() {
        return split != null;
    }

    FactFile file(Path path) {
        boolean named = head != null || relation != null || tail != null || snapshot != null || split != null;
        Columns columns = named
                ? new Columns(true, or(head, "head"), or(relation, "relation"), or(tail, "tail"), snapshot, split)
                : null;
        return new FactFile(path, format == null ? FactFormat.of(path) : format, columns, keepLiterals);
    }

    /// {@return a sink that takes numbers for the names that other files give them, where there are such
    /// files}
    FactSink named(FactSink sink) {
        if (entities == null && relations == null) {
            return sink;
        }
        return new NamedFacts(
                entities == null ? null : Dictionary.of(entities),
                relations == null ? null : Dictionary.of(relations),
                sink);
    }

    private static String or(@Nullable String given, String usual) {
        return given == null ? usual : given;
    }
}
