package dev.mokha.serve.http;

import dev.mokha.language.encoder.Sequence;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/score`: one text against one or several, or as many against as many.
record ScoreTask(PairScores scores) implements EncoderTask {
    static ScoreTask read(EncoderTexts texts, Fields fields) {
        List<String> first = EncoderTexts.texts(fields, "text_1");
        List<String> second = EncoderTexts.texts(fields, "text_2");
        if (first.size() != 1 && first.size() != second.size()) {
            throw ApiException.field(
                    "text_1",
                    "`text_1` has " + first.size() + " texts and `text_2` " + second.size()
                            + "; give one text on the left, or as many on both sides");
        }
        return new ScoreTask(new PairScores(
                texts, fields, new PairScores.Side("text_1", first), new PairScores.Side("text_2", second)));
    }

    @Override
    public List<Sequence> sequences() {
        return scores.sequences();
    }

    @Override
    public void write(List<float[]> rows, ObjectNode answer) {
        double[] all = scores.of(rows);
        ArrayNode data = answer.put("object", "list").putArray("data");
        for (int i = 0; i < all.length; i++) {
            data.addObject().put("index", i).put("object", "score").put("score", all[i]);
        }
    }
}
