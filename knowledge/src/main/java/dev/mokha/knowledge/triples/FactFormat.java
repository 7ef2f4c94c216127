package dev.mokha.knowledge.triples;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// The formats of files of facts.
public enum FactFormat {
    /// `head<TAB>relation<TAB>tail`, without quoting; a header when columns are named
    TSV("tsv", "txt"),
    /// RFC 4180, with a header
    CSV("csv"),
    NTRIPLES("nt", "ntriples"),
    TURTLE("ttl", "turtle"),
    RDFXML("rdf", "owl", "xml", "rdfxml"),
    JSONLD("jsonld", "json");

    private final String endings;

    FactFormat(String... endings) {
        this.endings = String.join(" ", endings);
    }

    /// {@return whether it has rows and columns, and else triples of RDF}
    public boolean isTable() {
        return this == TSV || this == CSV;
    }

    /// {@return the format that the name's ending tells; a `.gz` behind it does not count}
    ///
    /// @throws IllegalArgumentException naming the endings there are
    public static FactFormat of(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        String bare = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        String ending = bare.substring(bare.lastIndexOf('.') + 1);
        for (FactFormat format : values()) {
            if (List.of(format.endings.split(" ", -1)).contains(ending)) {
                return format;
            }
        }
        throw new IllegalArgumentException("the name of " + file
                + " does not tell its format; name the format: tsv, csv, ntriples, turtle, rdfxml or"
                + " jsonld, or end the file's name with .tsv, .csv, .nt, .ttl, .rdf or .jsonld");
    }
}
