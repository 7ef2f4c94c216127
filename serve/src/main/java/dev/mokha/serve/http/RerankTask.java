package dev.mokha.serve.http;

import dev.mokha.language.encoder.Sequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/rerank`: documents by how well they answer a query, the best first.
///
/// @param top how many are given
/// @param shown whether their texts are
record RerankTask(PairScores scores, List<String> documents, int top, boolean shown) implements EncoderTask {
    private static final String MUST = "it must be a list of strings, or of objects with a `text`";

    static RerankTask read(EncoderTexts texts, Fields fields) {
        @Nullable String query = fields.text("query");
        if (query == null) {
            throw ApiException.field("query", "`query` is missing; it must be a string");
        }
        List<String> documents = documents(fields);
        int top = fields.integer("top_n", 0, Integer.MAX_VALUE, 0);
        var scores = new PairScores(
                texts,
                fields,
                new PairScores.Side("query", List.of(query)),
                new PairScores.Side("documents", documents));
        return new RerankTask(
                scores,
                documents,
                top == 0 ? documents.size() : Math.min(top, documents.size()),
                fields.flag("return_documents", true));
    }

    private static List<String> documents(Fields fields) {
        @Nullable JsonNode value = fields.take("documents");
        if (value == null) {
            throw ApiException.field("documents", "`documents` is missing; " + MUST);
        }
        if (!value.isArray() || value.isEmpty() || value.size() > EncoderTexts.MOST) {
            throw fields.wrong("documents", value, MUST + ", 1 to " + EncoderTexts.MOST);
        }
        var documents = new ArrayList<String>();
        for (int i = 0; i < value.size(); i++) {
            JsonNode one = value.get(i);
            JsonNode text = one.isObject() ? one.path("text") : one;
            if (!text.isString() || (one.isObject() && one.size() > 1)) {
                throw ApiException.field("documents[" + i + "]", "`documents[" + i + "]` is wrong; " + MUST);
            }
            documents.add(text.stringValue());
        }
        return documents;
    }

    @Override
    public List<Sequence> sequences() {
        return scores.sequences();
    }

    @Override
    public void write(List<float[]> rows, ObjectNode answer) {
        double[] all = scores.of(rows);
        ArrayNode results = answer.putArray("results");
        IntStream.range(0, all.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -all[i])) // stable: equal ones as they came
                .limit(top)
                .forEach(i -> {
                    ObjectNode one = results.addObject().put("index", i);
                    if (shown) {
                        one.putObject("document").put("text", documents.get(i));
                    }
                    one.put("relevance_score", all[i]);
                });
    }
}
