package dev.mokha.language.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.folder.ConfigJson;
import dev.mokha.nn.Mode;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DecoderLearningTest {
    private static final int STEPS = 60;

    @Test
    void fourSequencesAreLearntByHeart() {
        try (var _ = Scope.open("test");
                var rng = new Rng(2);
                var model = Decoder.fresh(DecoderConfig.tiny(), 1);
                var optimizer = new AdamW(model.params().trainable())) {
            Tensor ids = rng.integers(0, 64, 4, 12);
            double first = 0;
            double last = 0;
            for (int step = 0; step < STEPS; step++) {
                try (var _ = Scope.open("step")) {
                    Tensor loss = model.loss(TokenBatch.of(ids), ids);
                    loss.backward();
                    optimizer.step(1e-2, 1);
                    last = loss.item();
                    first = step == 0 ? last : first;
                }
            }
            assertThat(first).as("a fresh model knows nothing").isCloseTo(Math.log(64), within(0.05));
            assertThat(last).isLessThan(0.1);
        }
    }

    @Test
    void aMixtureLearnsThemToAndKeepsItsExpertsBusy() {
        var config = DecoderConfig.tiny().as(Family.MIXTRAL, new Experts(4, 2, 24, 0, true, 0.1, false, 1, List.of()));
        try (var _ = Scope.open("test");
                var rng = new Rng(2);
                var model = Decoder.fresh(config, 1);
                var optimizer = new AdamW(model.params().trainable())) {
            Tensor ids = rng.integers(0, 64, 4, 12);
            for (int step = 0; step < STEPS; step++) {
                try (var _ = Scope.open("step")) {
                    model.loss(TokenBatch.of(ids), ids).backward();
                    optimizer.step(1e-2, 1);
                }
            }
            double trained = model.loss(TokenBatch.of(ids), ids).item();
            model.params().mode(Mode.EVAL);
            double plain = model.loss(TokenBatch.of(ids), ids).item();
            assertThat(plain).isLessThan(0.1);
            // 0.1 · 2 of experts that are equally busy, for two are chosen; 0.1 · 4 when always the same two are
            assertThat(trained - plain).isBetween(0.19, 0.25);
        }
    }

    @Test
    void aFewCountedPositionsGiveTheSameLossAsAllRowsMasked() {
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var rng = new Rng(3);
                var model = Decoder.fresh(DecoderConfig.tiny(), 1)) {
            Tensor ids = rng.integers(0, 64, 2, 10);
            Tensor labels = ids.copy();
            labels.narrow(1, 0, 8).fillInPlace(-100); // 4 of 20 positions count: the head sees these alone
            Tensor each = model.losses(TokenBatch.of(ids), labels);
            assertThat(model.loss(TokenBatch.of(ids), labels).item())
                    .isCloseTo(each.sum().item() / 4, within(1e-5));
        }
    }

    @Test
    void trainingWithAttentionDropoutIsRefusedRatherThanDoneWithout() {
        var config = ConfigJson.read(ConfigJson.write(DecoderConfig.tiny(), "float32")
                .replace("\"attention_dropout\" : 0.0", "\"attention_dropout\" : 0.1"));
        try (var _ = Scope.open();
                var model = Decoder.fresh(config, 1)) {
            TokenBatch batch = TokenBatch.of(1, 2, 3);
            assertThatThrownBy(() -> model.loss(batch, batch.ids())).hasMessageContaining("attention_dropout is 0.1");
        }
    }
}
