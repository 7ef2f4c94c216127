package dev.mokha.knowledge.triples;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.jena.graph.Node;
import org.apache.jena.riot.system.StreamRDFBase;

/// Turns RDF triples into facts by these rules:
///
/// - a literal of `rdfs:label`, `skos:prefLabel` or `skos:altLabel` is a mention of its subject;
/// - any other literal is left out and counted, or kept as an entity of its own where that is asked for;
/// - a blank node is an entity of its file, `urn:mokha:blank:FILE:1`, numbered by first appearance.
final class RdfTriples extends StreamRDFBase {
    private static final Set<String> LABELS = Set.of(
            Terms.LABEL,
            "http://www.w3.org/2004/02/skos/core#prefLabel",
            "http://www.w3.org/2004/02/skos/core#altLabel");

    private final String file;
    private final boolean keepLiterals;
    private final FactSink sink;
    private final Map<Node, String> blanks = new HashMap<>();
    private long line;
    private long literals;

    RdfTriples(String file, boolean keepLiterals, FactSink sink) {
        this.file = file;
        this.keepLiterals = keepLiterals;
        this.sink = sink;
    }

    /// Says which line the next triples come from; a number below 1 says that nobody knows.
    void at(long number) {
        line = Math.max(0, number);
    }

    /// {@return how many literals were left out}
    long literals() {
        return literals;
    }

    @Override
    public void triple(org.apache.jena.graph.Triple triple) {
        Node object = triple.getObject();
        if (!triple.getPredicate().isURI()) { // RIOT reads `<_:r>` as a blank node
            throw new IllegalArgumentException("a relation without a name; give it an IRI");
        }
        if (object.isLiteral() && LABELS.contains(triple.getPredicate().getURI())) {
            sink.mention(name(triple.getSubject()), whole(object.getLiteralLexicalForm()), line);
        } else if (object.isLiteral() && !keepLiterals) {
            literals++;
        } else {
            sink.fact(
                    new Fact(name(triple.getSubject()), name(triple.getPredicate()), name(object)),
                    line,
                    "",
                    Split.TRAIN);
        }
    }

    @Override
    public void prefix(String prefix, String iri) {
        sink.prefix(prefix, iri);
    }

    private String name(Node node) {
        if (node.isBlank()) {
            return blanks.computeIfAbsent(node, _ -> Terms.BLANK + file + ":" + (blanks.size() + 1));
        }
        if (!node.isURI() && !node.isLiteral()) {
            throw new IllegalArgumentException(
                    "a triple inside a triple, which is not supported; write it as facts of its own");
        }
        return whole(Terms.name(node));
    }

    /// Half of a pair of surrogates, as JSON can write it, is no character, and no UTF-8 holds it.
    private static String whole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i)) && text.codePointAt(i) <= Character.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "\\u%04X in a name is half of a character; write both halves".formatted((int) text.charAt(i)));
            } else if (Character.isHighSurrogate(text.charAt(i))) {
                i++;
            }
        }
        return text;
    }
}
