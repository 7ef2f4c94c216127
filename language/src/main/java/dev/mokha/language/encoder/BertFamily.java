package dev.mokha.language.encoder;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The published lines that share BERT's layers, by the `model_type` of their `config.json`. What sets them
/// apart beyond the configuration is written here: the names of their parameters, and which parts they have.
public enum BertFamily {
    /// [Devlin et al. 2019](https://arxiv.org/abs/1810.04805).
    BERT("bert", true, true),
    /// [Liu et al. 2019](https://arxiv.org/abs/1907.11692): positions count from `pad_token_id + 1`.
    ROBERTA("roberta", true, true),
    /// [Sanh et al. 2019](https://arxiv.org/abs/1910.01108): no segments, no pooler.
    DISTILBERT("distilbert", false, false),
    /// [Clark et al. 2020](https://arxiv.org/abs/2003.10555), the discriminator, with embeddings as wide as
    /// the layers: no pooler.
    ELECTRA("electra", true, false);

    private final String prefix;
    private final boolean segments;
    private final boolean pooler;

    BertFamily(String prefix, boolean segments, boolean pooler) {
        this.prefix = prefix;
        this.segments = segments;
        this.pooler = pooler;
    }

    /// {@return `model_type` in `config.json`}
    public String modelType() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// {@return where the encoder stands in a checkpoint with a head, such as `roberta`}
    public String prefix() {
        return prefix;
    }

    /// {@return what the parts of a layer are called}
    Names names() {
        return this == DISTILBERT ? Names.DISTILBERT : Names.BERT;
    }

    /// {@return whether tokens carry the segment they belong to}
    public boolean hasSegments() {
        return segments;
    }

    /// {@return whether the checkpoint has a pooler: dense and tanh over the first token}
    public boolean hasPooler() {
        return pooler;
    }

    /// {@return the family that a `config.json` names, if it is one of these}
    public static Optional<BertFamily> of(String modelType) {
        return Arrays.stream(values())
                .filter(family -> family.modelType().equals(modelType))
                .findFirst();
    }

    /// What a checkpoint calls the parts of a layer.
    record Names(
            String layers,
            String query,
            String key,
            String value,
            String attentionOutput,
            String attentionNorm,
            String up,
            String down,
            String outputNorm,
            String probs) {
        static final Names BERT = new Names(
                "encoder.layer",
                "attention.self.query",
                "attention.self.key",
                "attention.self.value",
                "attention.output.dense",
                "attention.output.LayerNorm",
                "intermediate.dense",
                "output.dense",
                "output.LayerNorm",
                "attention.self.probs");
        static final Names DISTILBERT = new Names(
                "transformer.layer",
                "attention.q_lin",
                "attention.k_lin",
                "attention.v_lin",
                "attention.out_lin",
                "sa_layer_norm",
                "ffn.lin1",
                "ffn.lin2",
                "output_layer_norm",
                "attention.probs");
    }
}
