package dev.mokha.language.folder;

import dev.mokha.language.encoder.EncoderBatch;
import dev.mokha.language.encoder.EncoderModel;
import dev.mokha.language.encoder.Featurizer;
import dev.mokha.language.encoder.MaskedLanguageModel;
import dev.mokha.language.encoder.MultipleChoice;
import dev.mokha.language.encoder.ReplacedTokenDetector;
import dev.mokha.language.encoder.SequenceClassifier;
import dev.mokha.language.encoder.SpanModel;
import dev.mokha.language.encoder.TokenClassifier;
import dev.mokha.nn.Loss;
import dev.mokha.nn.Probe;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A call of an encoder with the arguments and the outputs of the Hugging Face call, in its names and
/// shapes: what parity with another implementation is measured by.
///
/// @param ids 64-bit integers `[batch, time]`; `[batch, choices, time]` for a [MultipleChoice]
/// @param attentionMask shaped like the ids, 0 at padding; null when nothing is padding
/// @param tokenTypeIds shaped like the ids; null for segment 0 throughout
/// @param targets what the loss compares with, by the name of its argument: `labels`,
///     `next_sentence_label`, `start_positions`, `end_positions`; empty for no loss
public record EncoderCall(
        Tensor ids,
        @Nullable Tensor attentionMask,
        @Nullable Tensor tokenTypeIds,
        Map<String, Tensor> targets) {
    private static final Pattern STATE = Pattern.compile("(embeddings|final_norm|layers?\\.\\d+)\\.output$");
    private static final Pattern MAPS = Pattern.compile("\\.probs$");

    /// The arguments among these, by their names.
    ///
    /// @param named others are not looked at
    public static EncoderCall of(Map<String, Tensor> named) {
        var targets = new LinkedHashMap<String, Tensor>();
        for (String name : List.of("labels", "next_sentence_label", "start_positions", "end_positions")) {
            @Nullable Tensor target = named.get(name);
            if (target != null) {
                targets.put(name, target);
            }
        }
        @Nullable Tensor ids = named.get("input_ids");
        if (ids == null) {
            throw new IllegalArgumentException("a call needs input_ids; it has " + named.keySet());
        }
        return new EncoderCall(ids, named.get("attention_mask"), named.get("token_type_ids"), targets);
    }

    /// Computes all outputs: the logits first, `loss` when there are targets, `pooler_output` where the
    /// model has one, `hidden_states.0` (the embedding) to `hidden_states.N`, and, formed only on demand,
    /// `attentions.0` and so on.
    ///
    /// @return by name, each in the shape of the Hugging Face call
    public Map<String, Tensor> run(EncoderModel model, boolean attentions) {
        long batch = ids.size(0);
        long time = ids.size(-1);
        var seen = new LinkedHashMap<String, Tensor>();
        var outputs = new LinkedHashMap<String, Tensor>();
        Probe.reading(
                        name -> STATE.matcher(name).find()
                                || name.endsWith("pooler.output")
                                || (attentions && MAPS.matcher(name).find()),
                        seen::put)
                .during(() -> {
                    outputs.putAll(outputs(model, batch, time));
                    return outputs;
                });
        var states = new ArrayList<Tensor>();
        int maps = 0;
        for (var entry : seen.entrySet()) {
            String name = entry.getKey();
            Tensor value = entry.getValue();
            if (MAPS.matcher(name).find()) {
                outputs.put("attentions." + maps++, value);
            } else if (name.endsWith("pooler.output")) {
                outputs.put("pooler_output", value);
            } else {
                if (name.endsWith("final_norm.output")) {
                    states.removeLast(); // transformers' last state is the one behind the norm
                }
                states.add(value.view(-1, time, value.size(1)));
            }
        }
        for (int i = 0; i < states.size(); i++) {
            outputs.put("hidden_states." + i, states.get(i));
        }
        return outputs;
    }

    private Map<String, Tensor> outputs(EncoderModel model, long rows, long time) {
        EncoderBatch batch = EncoderBatch.of(
                ids.rank() == 2 ? ids : ids.reshape(-1, time), flatOrNull(attentionMask), flatOrNull(tokenTypeIds));
        @Nullable Tensor labels = targets.get("labels");
        var out = new LinkedHashMap<String, Tensor>();
        switch (model) {
            case Featurizer features -> out.put("last_hidden_state", perToken(features.forward(batch), rows, time));
            case MaskedLanguageModel masked -> maskedLanguage(masked, batch, out);
            case ReplacedTokenDetector detector -> {
                Tensor logits = detector.logits(batch);
                out.put("logits", logits.view(rows, time));
                if (labels != null) {
                    out.put("loss", Loss.binaryCrossEntropy(real(logits), real(labels.to(DType.FLOAT32))));
                }
            }
            case SequenceClassifier classifier -> {
                out.put("logits", classifier.logits(batch));
                if (labels != null) {
                    out.put("loss", classifier.loss(batch, labels));
                }
            }
            case TokenClassifier classifier -> {
                out.put("logits", perToken(classifier.logits(batch), rows, time));
                if (labels != null) {
                    out.put("loss", classifier.loss(batch, labels.reshape(-1)));
                }
            }
            case MultipleChoice choice -> {
                int choices = (int) ids.size(1);
                out.put("logits", choice.logits(batch, choices));
                if (labels != null) {
                    out.put("loss", choice.loss(batch, choices, labels));
                }
            }
            case SpanModel span -> {
                Tensor logits = perToken(span.logits(batch), rows, time); // [batch, time, 2]
                out.put("start_logits", logits.select(2, 0));
                out.put("end_logits", logits.select(2, 1));
                @Nullable Tensor starts = targets.get("start_positions");
                @Nullable Tensor ends = targets.get("end_positions");
                if (starts != null && ends != null) {
                    out.put("loss", span.loss(batch, ints(starts), ints(ends)));
                }
            }
        }
        return out;
    }

    /// {@return the elements at tokens that are not padding}
    private Tensor real(Tensor perToken) {
        Tensor flat = perToken.reshape(-1);
        return attentionMask == null
                ? flat
                : flat.maskedSelect(attentionMask.reshape(-1).ne(0));
    }

    private void maskedLanguage(MaskedLanguageModel model, EncoderBatch batch, Map<String, Tensor> out) {
        @Nullable Tensor labels = targets.get("labels");
        if (!model.hasMaskedLanguage()) {
            Tensor logits = model.nextSentence(batch);
            out.put("logits", logits);
            if (labels != null) {
                out.put("loss", Loss.crossEntropy(logits, labels));
            }
            return;
        }
        Tensor logits = perToken(model.logits(batch), ids.size(0), ids.size(-1));
        if (model.hasNextSentence()) {
            out.put("prediction_logits", logits);
            out.put("seq_relationship_logits", model.nextSentence(batch));
        } else {
            out.put("logits", logits);
        }
        if (labels != null) {
            out.put(
                    "loss",
                    model.losses(batch, labels.reshape(-1), targets.get("next_sentence_label"))
                            .total());
        }
    }

    private static @Nullable Tensor flatOrNull(@Nullable Tensor x) {
        return x == null || x.rank() == 2 ? x : x.reshape(-1, x.size(-1));
    }

    private static Tensor perToken(Tensor x, long rows, long time) {
        return x.view(rows, time, x.size(1));
    }

    private static int[] ints(Tensor x) {
        return Arrays.stream(x.to(DType.INT64).toLongs())
                .mapToInt(Math::toIntExact)
                .toArray();
    }
}
