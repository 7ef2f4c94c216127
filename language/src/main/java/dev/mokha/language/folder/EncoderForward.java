package dev.mokha.language.folder;

import dev.mokha.language.encoder.EncoderConfig;
import dev.mokha.language.encoder.EncoderModel;
import dev.mokha.language.encoder.Labels;
import dev.mokha.language.encoder.MaskedLanguageModel;
import dev.mokha.language.encoder.MultipleChoice;
import dev.mokha.language.encoder.SequenceClassifier;
import dev.mokha.language.encoder.SpanModel;
import dev.mokha.language.encoder.TokenClassifier;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// [Forward] for encoders: the call that the folder's architecture takes.
final class EncoderForward {
    private EncoderForward() {}

    static ForwardResult run(Path folder, JsonKeys keys) {
        EncoderFolder opened = EncoderFolder.open(folder);
        try (var _ = Scope.open("forward");
                var _ = Gradients.off();
                var model = opened.model(Loading.forUse(Device.CPU).as(DType.FLOAT32))) {
            var outputs = new LinkedHashMap<String, ForwardResult.Output>();
            EncoderCall.of(arguments(model, keys))
                    .run(model, keys.flag("output_attentions", false))
                    .forEach((name, tensor) ->
                            outputs.put(name, new ForwardResult.Output(tensor.shape(), tensor.toFloats())));
            return new ForwardResult(outputs);
        }
    }

    private static Map<String, Tensor> arguments(EncoderModel model, JsonKeys keys) {
        EncoderConfig config = model.config();
        if (keys.has("position_ids")) {
            throw new IllegalArgumentException("position_ids are not taken by encoders here: tokens are counted from"
                    + " the first of their row; leave the key out");
        }
        var named = new LinkedHashMap<String, Tensor>();
        int rank = model instanceof MultipleChoice ? 3 : 2;
        JsonNumbers ids = JsonNumbers.required(keys, "input_ids").atRank(rank);
        ids.requireBelow(config.vocabSize());
        named.put("input_ids", ids.whole());
        if (ids.last() > config.maxLength()) {
            throw new IllegalArgumentException("input_ids has rows of " + ids.last() + " tokens; the model reads "
                    + config.maxLength() + " at most");
        }
        for (String key : List.of("attention_mask", "token_type_ids")) {
            @Nullable JsonNumbers like = JsonNumbers.optional(keys, key);
            if (like != null) {
                like.atRank(rank).requireLike(ids);
                like.requireBelow(key.equals("attention_mask") ? 2 : Math.max(1, config.typeVocabSize()));
                named.put(key, like.atRank(rank).whole());
            }
        }
        for (String key : List.of("labels", "next_sentence_label", "start_positions", "end_positions")) {
            @Nullable JsonNumbers target = JsonNumbers.optional(keys, key);
            if (target != null) {
                named.put(key, target(model, key, target, ids));
            }
        }
        return named;
    }

    private static Tensor target(EncoderModel model, String key, JsonNumbers target, JsonNumbers ids) {
        boolean labels = key.equals("labels");
        return switch (model) {
            case MaskedLanguageModel masked
            when labels && masked.hasMaskedLanguage() ->
                target.atRank(2)
                        .requireLike(ids)
                        .requireLabels(model.config().vocabSize())
                        .whole();
            case MaskedLanguageModel masked
            when masked.hasNextSentence() && (labels || (key.startsWith("next") && masked.hasMaskedLanguage())) ->
                target.requireRows(ids).requireLabels(2).whole();
            case SequenceClassifier classifier when labels -> target(classifier.labels(), target, ids);
            case TokenClassifier classifier
            when labels ->
                target.atRank(2)
                        .requireLike(ids)
                        .requireLabels(classifier.labels().count())
                        .whole();
            case MultipleChoice _
            when labels ->
                target.requireRows(ids)
                        .requireLabels(Math.toIntExact(ids.shape().get(1)))
                        .whole();
            case SpanModel _
            when key.endsWith("positions") -> target.requireRows(ids).whole();
            default ->
                throw new IllegalArgumentException(
                        key + " is nothing that " + model.architecture() + " takes; leave the key out");
        };
    }

    private static Tensor target(Labels labels, JsonNumbers target, JsonNumbers ids) {
        return switch (labels.problem()) {
            case SINGLE_LABEL ->
                target.requireRows(ids).requireLabels(labels.count()).whole();
            case MULTI_LABEL -> target.requireShape(ids.first(), labels.count()).real();
            case REGRESSION -> target.requireRows(ids).real();
        };
    }
}
