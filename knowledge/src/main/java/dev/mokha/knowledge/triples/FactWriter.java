package dev.mokha.knowledge.triples;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes facts so that reading them gives the same names again. They are written as they come, but for
/// RDF/XML, which is held in memory and written at the end. Turtle and JSON-LD are shorter where facts
/// about
/// one entity follow each other.
public sealed interface FactWriter permits TableWriter, TripleWriter, JsonLdWriter, RdfXmlWriter {

    /// How a file looks.
    ///
    /// @param prefixes by their names, for Turtle and RDF/XML
    /// @param snapshot the column of a table for the snapshot in which a fact came; null for none
    /// @param split likewise, for what a fact is for
    record Layout(
            FactFormat format,
            Map<String, String> prefixes,
            @Nullable String snapshot,
            @Nullable String split) {
        public Layout {
            if (!format.isTable() && (snapshot != null || split != null)) {
                throw new IllegalArgumentException(
                        format + " has no columns for snapshots and splits; write TSV or CSV, or leave them out");
            }
        }
    }

    /// A writer of UTF-8.
    static FactWriter of(OutputStream out, Layout layout) throws IOException {
        return switch (layout.format()) {
            case TSV, CSV -> new TableWriter(utf8(out), layout);
            case NTRIPLES -> new TripleWriter(utf8(out), false, Map.of());
            case TURTLE -> new TripleWriter(utf8(out), true, layout.prefixes());
            case RDFXML -> new RdfXmlWriter(out, layout.prefixes());
            case JSONLD -> new JsonLdWriter(out);
        };
    }

    private static Writer utf8(OutputStream out) {
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8.newEncoder()));
    }

    /// Writes a fact.
    ///
    /// @param snapshot the name of the one in which it came
    /// @throws IllegalArgumentException for a name that the format cannot hold, with one that can
    void write(Fact fact, Split split, String snapshot) throws IOException;

    /// Writes a text by which people call an entity: an `rdfs:label`. Tables have none.
    void mention(String entity, String text) throws IOException;

    /// Ends the file; the stream stays open.
    void end() throws IOException;
}
