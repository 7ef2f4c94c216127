package dev.mokha.knowledge.triples;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.jena.datatypes.xsd.XSDDatatype;
import org.apache.jena.graph.Node;
import org.apache.jena.graph.NodeFactory;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/// Writes JSON-LD as facts come: in expanded form, without a context, a line for each subject. Facts of one
/// subject that follow each other share a node object; a subject that comes again has another, which means
/// the same ([JSON-LD 1.1, §9.2](https://www.w3.org/TR/json-ld11/#node-objects)).
final class JsonLdWriter implements FactWriter {
    private static final ObjectWriter JSON = JsonMapper.shared().writer().without(StreamWriteFeature.AUTO_CLOSE_TARGET);

    private final JsonGenerator out;
    private final Map<String, List<Node>> said = new LinkedHashMap<>(); // of the subject, by relation
    private String subject = "";

    JsonLdWriter(OutputStream out) {
        this.out = JSON.createGenerator(out);
        this.out.writeStartArray();
    }

    @Override
    public void write(Fact fact, Split split, String snapshot) {
        add(fact.head(), Terms.wellFormed(fact.relation()), Terms.node(fact.tail()));
    }

    @Override
    public void mention(String entity, String text) {
        add(entity, Terms.LABEL, NodeFactory.createLiteralString(text));
    }

    private void add(String head, String relation, Node tail) {
        String now = Terms.wellFormed(head);
        if (!now.equals(subject)) {
            node();
            subject = now;
        }
        said.computeIfAbsent(relation, _ -> new ArrayList<>()).add(tail);
    }

    private void node() {
        if (said.isEmpty()) {
            return;
        }
        out.writeStartObject();
        out.writeStringProperty("@id", subject);
        said.forEach((relation, tails) -> {
            out.writeArrayPropertyStart(relation);
            tails.forEach(this::value);
            out.writeEndArray();
        });
        out.writeEndObject();
        out.writeRaw('\n');
        said.clear();
    }

    private void value(Node node) {
        out.writeStartObject();
        if (node.isURI()) {
            out.writeStringProperty("@id", node.getURI());
        } else {
            out.writeStringProperty("@value", node.getLiteralLexicalForm());
            String type = node.getLiteralDatatypeURI();
            if (!node.getLiteralLanguage().isEmpty()) {
                out.writeStringProperty("@language", node.getLiteralLanguage());
            } else if (!type.equals(XSDDatatype.XSDstring.getURI())) {
                out.writeStringProperty("@type", type);
            }
        }
        out.writeEndObject();
    }

    @Override
    public void end() {
        node();
        out.writeEndArray();
        out.writeRaw('\n');
        out.flush();
    }
}
