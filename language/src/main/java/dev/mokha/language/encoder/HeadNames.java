package dev.mokha.language.encoder;

import dev.mokha.nn.Init;
import dev.mokha.nn.Params;

/// What heads have in common: how they begin, what transformers calls them, which parts of a checkpoint are
/// other heads.
final class HeadNames {
    /// Parameters of the heads that transformers puts on these encoders, and of poolers: a checkpoint may
    /// hold some that a model has no use for.
    static final String PATTERN =
            "^(cls|lm_head|classifier|pre_classifier|vocab_transform|vocab_layer_norm|vocab_projector|qa_outputs"
                    + "|head|decoder|generator_predictions|generator_lm_head|discriminator_predictions|sequence_summary|score)\\."
                    + "|^(bert|roberta)\\.pooler\\.";

    private HeadNames() {}

    static Params begin(EncoderConfig config, Params params) {
        return params.with(Init.truncatedNormal(config.initializerRange())).ignore(PATTERN);
    }

    static String architecture(EncoderConfig config, String task) {
        String family = switch (config) {
            case BertConfig bert ->
                switch (bert.family()) {
                    case BERT -> "Bert";
                    case ROBERTA -> "Roberta";
                    case DISTILBERT -> "DistilBert";
                    case ELECTRA -> "Electra";
                };
            case ModernBertConfig _ -> "ModernBert";
        };
        return family + task;
    }
}
