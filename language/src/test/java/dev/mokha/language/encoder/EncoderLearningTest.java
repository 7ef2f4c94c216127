package dev.mokha.language.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.folder.EncoderJson;
import dev.mokha.nn.Mode;
import dev.mokha.nn.Params;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A fresh encoder of every line, with dropout where its family has it, learns four texts by heart.
final class EncoderLearningTest {
    private static final int STEPS = 60;

    private static final List<Sequence> TEXTS = List.of(
            Sequence.of(2, 9, 11, 3),
            Sequence.of(2, 9, 12, 13, 14, 15, 16, 17, 3),
            Sequence.pair(new int[] {2, 10, 11, 3, 20, 3}, 4),
            Sequence.of(2, 9, 12, 3));

    enum Line {
        BERT,
        ROBERTA,
        DISTILBERT,
        ELECTRA,
        MODERNBERT
    }

    private static EncoderConfig config(Line line) {
        return switch (line) {
            case MODERNBERT -> EncoderJson.read("""
                    {"model_type": "modernbert", "vocab_size": 24, "hidden_size": 32, "intermediate_size": 48,
                     "num_hidden_layers": 3, "num_attention_heads": 4, "local_attention": 4, "pad_token_id": 0,
                     "attention_dropout": 0.1, "embedding_dropout": 0.1, "mlp_dropout": 0.1,
                     "classifier_pooling": "mean", "global_attn_every_n_layers": 2}
                    """).config();
            case BERT, ROBERTA, DISTILBERT, ELECTRA -> BertConfig.tiny(24).in(BertFamily.valueOf(line.name()));
        };
    }

    @ParameterizedTest
    @EnumSource(Line.class)
    void fourTextsAreLearntByHeart(Line line) {
        try (var _ = Scope.open("test");
                var model = new SequenceClassifier(
                        config(line), Labels.numbered(4, Problem.SINGLE_LABEL), Params.fresh(1));
                var optimizer = new AdamW(model.params().trainable())) {
            Tensor targets = Tensors.of(new int[] {0, 1, 2, 3}, 4);
            EncoderBatch batch = EncoderBatch.packed(TEXTS);
            assertThat(model.loss(batch, targets).item())
                    .as("a fresh model knows nothing")
                    .isCloseTo(Math.log(4), within(0.5));
            model.params().mode(Mode.TRAIN);
            for (int step = 0; step < STEPS; step++) {
                try (var _ = Scope.open("step")) {
                    model.loss(batch, targets).backward();
                    optimizer.step(5e-3, 1);
                }
            }
            model.params().mode(Mode.EVAL);
            assertThat(model.loss(batch, targets).item()).isLessThan(0.1);
        }
    }
}
