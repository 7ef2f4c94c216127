package dev.mokha.serve.http;

import dev.mokha.language.encoder.Sequence;
import dev.mokha.serve.encode.Head;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/classify`: the likeliest class of each text, and how likely each is; of a regression the number.
///
/// @param plain whether the logits are given in place of probabilities
record ClassifyTask(List<Sequence> sequences, Head.Classes head, boolean plain) implements EncoderTask {
    static ClassifyTask read(EncoderTexts texts, Fields fields) {
        if (!(texts.encoder().head() instanceof Head.Classes head)) {
            throw new IllegalStateException(texts.encoder().name() + " has no classes");
        }
        return new ClassifyTask(texts.inputs(fields), head, !fields.flag("use_activation", true));
    }

    @Override
    public void write(List<float[]> rows, ObjectNode answer) {
        ArrayNode data = answer.put("object", "list").putArray("data");
        for (int i = 0; i < rows.size(); i++) {
            float[] logits = rows.get(i);
            double[] probs = head.probs(logits);
            int best = 0;
            for (int k = 1; k < logits.length; k++) {
                best = logits[k] > logits[best] ? k : best;
            }
            ObjectNode one = data.addObject()
                    .put("index", i)
                    .put("label", head.labels().names().get(best));
            ArrayNode numbers = one.putArray("probs");
            for (int k = 0; k < logits.length; k++) {
                numbers.add(plain ? logits[k] : probs[k]);
            }
            one.put("num_classes", logits.length);
        }
    }
}
