package dev.mokha.knowledge.triples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.zip.ZipException;
import org.apache.jena.riot.Lang;
import org.jspecify.annotations.Nullable;

/// A file of facts, gzipped or not.
///
/// @param columns of a table; null for what is usual: none are named in TSV, `head,relation,tail` in CSV
/// @param keepLiterals whether literals of RDF become entities; otherwise they are left out and counted
public record FactFile(
        Path path, FactFormat format, @Nullable Columns columns, boolean keepLiterals) {

    /// {@return the file as its name tells its format}
    public static FactFile of(Path path) {
        return new FactFile(path, FactFormat.of(path), null, false);
    }

    /// Reads all facts in order, with flat memory in every format but JSON-LD, and says each to the sink.
    ///
    /// @return how many literals were left out
    /// @throws MalformedFactsException naming file, line, what was found and the way out
    public long read(BadLines bad, FactSink sink) {
        try {
            return switch (format) {
                case TSV -> {
                    TableReader.tsv(path, columns == null ? Columns.PLAIN : columns, bad, sink);
                    yield 0;
                }
                case CSV -> {
                    TableReader.csv(path, columns == null ? Columns.NAMED : columns, bad, sink);
                    yield 0;
                }
                case NTRIPLES -> RdfReader.lines(path, keepLiterals, bad, sink);
                case TURTLE -> RdfReader.document(path, Lang.TURTLE, keepLiterals, sink);
                case RDFXML -> RdfReader.document(path, Lang.RDFXML, keepLiterals, sink);
                case JSONLD -> RdfReader.document(path, Lang.JSONLD, keepLiterals, sink);
            };
        } catch (ZipException e) {
            throw new MalformedFactsException(path, 0, "begins as gzip does and is none (" + e.getMessage() + ")");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
