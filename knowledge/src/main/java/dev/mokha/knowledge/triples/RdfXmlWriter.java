package dev.mokha.knowledge.triples;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.apache.jena.graph.Graph;
import org.apache.jena.graph.Node;
import org.apache.jena.graph.NodeFactory;
import org.apache.jena.rdf.model.impl.Util;
import org.apache.jena.riot.RDFFormat;
import org.apache.jena.riot.RDFWriter;
import org.apache.jena.shared.JenaException;
import org.apache.jena.shared.PrefixMapping;
import org.apache.jena.sparql.graph.GraphFactory;

/// Writes RDF/XML by RIOT, from a graph in memory.
final class RdfXmlWriter implements FactWriter {
    private final OutputStream out;
    private final Graph graph = GraphFactory.createDefaultGraph();

    RdfXmlWriter(OutputStream out, Map<String, String> prefixes) {
        this.out = out;
        prefixes.forEach(this::prefix);
    }

    private void prefix(String name, String iri) {
        try {
            graph.getPrefixMapping().setNsPrefix(name, iri);
        } catch (PrefixMapping.IllegalPrefixException e) {
            // It shortens names and means nothing: they are written whole.
        }
    }

    @Override
    public void write(Fact fact, Split split, String snapshot) {
        String relation = Terms.wellFormed(fact.relation());
        if (Util.splitNamespaceXML(relation) == relation.length()) {
            throw new IllegalArgumentException(
                    "the relation '%s' does not end like a name of XML, so that RDF/XML cannot hold it; write N-Triples, Turtle or JSON-LD"
                            .formatted(fact.relation()));
        }
        add(fact.head(), relation, Terms.node(fact.tail()));
    }

    @Override
    public void mention(String entity, String text) {
        add(entity, Terms.LABEL, NodeFactory.createLiteralString(text));
    }

    private void add(String head, String relation, Node tail) {
        if (tail.isLiteral() && !tail.getLiteralLexicalForm().codePoints().allMatch(RdfXmlWriter::isXml)) {
            throw new IllegalArgumentException(
                    "a literal of '%s' has a character that XML cannot hold; write N-Triples, Turtle or JSON-LD"
                            .formatted(head));
        }
        graph.add(NodeFactory.createURI(Terms.wellFormed(head)), NodeFactory.createURI(relation), tail);
    }

    /// The characters of [XML 1.0, §2.2](https://www.w3.org/TR/xml/#charsets), without the carriage return,
    /// which its readers change.
    private static boolean isXml(int c) {
        return c == '\t' || c == '\n' || (c >= ' ' && c < 0xd800) || (c >= 0xe000 && c < 0xfffe) || c > 0xffff;
    }

    @Override
    public void end() throws IOException {
        try {
            RDFWriter.source(graph).format(RDFFormat.RDFXML_PLAIN).output(out);
        } catch (JenaException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof OutOfMemoryError full) {
                    throw full; // which says what is the matter
                }
            }
            throw new IllegalArgumentException(
                    "RDF/XML cannot hold these facts (" + e.getMessage() + "); write N-Triples or Turtle", e);
        }
        out.flush();
    }
}
