package dev.mokha.knowledge.triples;

import java.io.IOException;
import java.io.Writer;
import java.util.Map;
import java.util.regex.Pattern;

/// Writes N-Triples, and Turtle with prefixes, in which facts of one head that follow each other share it.
final class TripleWriter implements FactWriter {
    private static final Pattern LOCAL = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");

    private final Writer out;
    private final boolean turtle;
    private final Map<String, String> prefixes;
    private String lastHead = "";

    TripleWriter(Writer out, boolean turtle, Map<String, String> prefixes) throws IOException {
        this.out = out;
        this.turtle = turtle;
        this.prefixes = prefixes;
        for (var prefix : prefixes.entrySet()) {
            out.write("@prefix " + prefix.getKey() + ": <" + prefix.getValue() + "> .\n");
        }
    }

    @Override
    public void write(Fact fact, Split split, String snapshot) throws IOException {
        triple(fact.head(), shortened(fact.relation(), false), shortened(fact.tail(), true));
    }

    @Override
    public void mention(String entity, String text) throws IOException {
        triple(entity, shortened(Terms.LABEL, false), Terms.literal(text));
    }

    private void triple(String head, String relation, String tail) throws IOException {
        if (!turtle) {
            out.write(shortened(head, false) + " " + relation + " " + tail + " .\n");
            return;
        }
        boolean same = head.equals(lastHead);
        out.write(same ? " ;\n    " : (lastHead.isEmpty() ? "" : " .\n") + shortened(head, false) + " ");
        out.write(relation + " " + tail);
        lastHead = head;
    }

    @Override
    public void end() throws IOException {
        if (!lastHead.isEmpty()) {
            out.write(" .\n");
        }
        out.flush();
    }

    private String shortened(String name, boolean literalAllowed) {
        String term = Terms.written(name, literalAllowed);
        if (term.startsWith("<")) {
            for (var prefix : prefixes.entrySet()) {
                if (name.startsWith(prefix.getValue())
                        && LOCAL.matcher(name.substring(prefix.getValue().length()))
                                .matches()) {
                    return prefix.getKey() + ":"
                            + name.substring(prefix.getValue().length());
                }
            }
        }
        return term;
    }
}
