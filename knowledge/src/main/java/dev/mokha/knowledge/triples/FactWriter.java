package dev.mokha.knowledge.triples;

import java.io.IOException;
import java.io.Writer;
import java.util.Map;

/// Writes facts so that reading them gives the same names again.
public final class FactWriter {
    private final Writer out;
    private final FactFormat format;
    private final Map<String, String> prefixes;
    private String lastHead = "";

    /// @param prefixes of Turtle, by their names
    /// @throws IllegalArgumentException for a format that is only read
    public FactWriter(Writer out, FactFormat format, Map<String, String> prefixes) throws IOException {
        if (format != FactFormat.TSV && format != FactFormat.NTRIPLES && format != FactFormat.TURTLE) {
            throw new IllegalArgumentException(format + " is read but not written; write TSV, NTRIPLES or TURTLE");
        }
        this.out = out;
        this.format = format;
        this.prefixes = prefixes;
        if (format == FactFormat.TURTLE) {
            for (var prefix : prefixes.entrySet()) {
                out.write("@prefix " + prefix.getKey() + ": <" + prefix.getValue() + "> .\n");
            }
        }
    }

    /// @throws IllegalArgumentException for a name with a tab or line end in TSV, which has no way to write it
    public void write(Fact fact) throws IOException {
        switch (format) {
            case TSV ->
                out.write(plain(fact.head()) + "\t" + plain(fact.relation()) + "\t" + plain(fact.tail()) + "\n");
            case TURTLE -> turtle(fact);
            default ->
                out.write(Terms.written(fact.head(), false)
                        + " "
                        + Terms.written(fact.relation(), false)
                        + " "
                        + Terms.written(fact.tail(), true)
                        + " .\n");
        }
    }

    /// Facts of one head that follow each other share it.
    private void turtle(Fact fact) throws IOException {
        boolean same = fact.head().equals(lastHead);
        out.write(same ? " ;\n    " : (lastHead.isEmpty() ? "" : " .\n") + shortened(fact.head(), false) + " ");
        out.write(shortened(fact.relation(), false) + " " + shortened(fact.tail(), true));
        lastHead = fact.head();
    }

    /// Ends the file; the writer stays open.
    public void end() throws IOException {
        if (format == FactFormat.TURTLE && !lastHead.isEmpty()) {
            out.write(" .\n");
        }
        out.flush();
    }

    private String shortened(String name, boolean literalAllowed) {
        String term = Terms.written(name, literalAllowed);
        if (term.startsWith("<")) {
            for (var prefix : prefixes.entrySet()) {
                if (name.startsWith(prefix.getValue())
                        && name.substring(prefix.getValue().length()).matches("[A-Za-z][A-Za-z0-9_]*")) {
                    return prefix.getKey() + ":"
                            + name.substring(prefix.getValue().length());
                }
            }
        }
        return term;
    }

    private static String plain(String name) {
        if (name.indexOf('\t') >= 0 || name.indexOf('\n') >= 0 || name.indexOf('\r') >= 0) {
            throw new IllegalArgumentException(
                    "the name '%s' has a tab or a line end, which TSV cannot hold; write N-Triples or Turtle"
                            .formatted(name));
        }
        return name;
    }
}
