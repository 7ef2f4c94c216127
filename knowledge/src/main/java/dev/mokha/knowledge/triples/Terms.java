package dev.mokha.knowledge.triples;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.jena.datatypes.xsd.XSDDatatype;
import org.apache.jena.graph.Node;
import org.apache.jena.graph.NodeFactory;
import org.apache.jena.sparql.util.NodeFactoryExtra;

/// Names in RDF. An IRI is its own name; any other name is written as an IRI that begins with
/// `urn:mokha:name:` and read back from it; a literal's name is its N-Triples form, such as `"Kairo"@de`.
final class Terms {
    static final String PLAIN = "urn:mokha:name:";
    static final String BLANK = "urn:mokha:blank:";
    static final String LABEL = "http://www.w3.org/2000/01/rdf-schema#label";

    private static final Pattern IRI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:[^\\x00-\\x20<>\"{}|\\\\^`]+");
    private static final Pattern DOTS = Pattern.compile("/\\.{1,2}(?:[/?#]|$)");
    private static final Pattern LITERAL = Pattern.compile(
            "\"(?:[^\"\\\\\\n\\r]|\\\\[\\\\\"nr])*+\"(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\\^\\^<" + IRI.pattern() + ">)?");

    private Terms() {}

    /// {@return the N-Triples form of a name}
    static String written(String name, boolean literalAllowed) {
        if (literalAllowed && LITERAL.matcher(name).matches()) {
            return name;
        }
        return "<" + iri(name) + ">";
    }

    /// {@return the IRI that stands for a name: one with dots for steps of a path is no other's than its
    /// own here, but readers take those steps (RFC 3986, §5.2.4), so that it is written like any other
    /// name}
    static String iri(String name) {
        return IRI.matcher(name).matches()
                        && !name.startsWith(PLAIN)
                        && !DOTS.matcher(name).find()
                ? name
                : plain(name);
    }

    /// {@return the IRI that stands for a name, also one that some parsers leave out since it is not well
    /// formed, such as `http://[`: brackets, which few agree on, are never written}
    static String wellFormed(String name) {
        String iri = iri(name);
        if (iri.indexOf('[') >= 0 || iri.indexOf(']') >= 0) {
            return plain(name);
        }
        try {
            return new URI(iri).isAbsolute() ? iri : plain(name);
        } catch (URISyntaxException e) {
            return plain(name);
        }
    }

    private static String plain(String name) {
        return PLAIN + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// {@return the node that a name stands for: a literal whose type is not well formed is a name like any
    /// other}
    static Node node(String name) {
        if (LITERAL.matcher(name).matches()) {
            Node literal = NodeFactoryExtra.parseNode(name);
            String type = literal.getLiteralDatatypeURI();
            if (wellFormed(type).equals(type)) {
                return literal;
            }
        }
        return NodeFactory.createURI(wellFormed(name));
    }

    /// {@return a text as a literal of N-Triples}
    static String literal(String text) {
        var escaped = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> escaped.append('\\').append(c);
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        escaped.append("\\u%04X".formatted((int) c));
                    } else {
                        escaped.append(c);
                    }
                }
            }
        }
        return escaped.append('"').toString();
    }

    /// {@return the name of a node that is an IRI or a literal}
    static String name(Node node) {
        if (node.isURI()) {
            String iri = node.getURI();
            return iri.startsWith(PLAIN)
                    ? URLDecoder.decode(iri.substring(PLAIN.length()).replace("+", "%2B"), StandardCharsets.UTF_8)
                    : iri;
        }
        String text = "\""
                + node.getLiteralLexicalForm()
                        .replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                + "\"";
        String language = node.getLiteralLanguage();
        if (!language.isEmpty()) {
            return text + "@" + language;
        }
        String type = node.getLiteralDatatypeURI();
        return type.equals(XSDDatatype.XSDstring.getURI()) ? text : text + "^^<" + type + ">";
    }
}
