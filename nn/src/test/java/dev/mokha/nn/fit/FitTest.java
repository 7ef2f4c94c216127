package dev.mokha.nn.fit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FitTest {
    @Test
    void aLineIsFitted() {
        try (Tensor weight = Tensors.zeros(1, 1).requiresGrad(true)) {
            var task = new Task<Double>() {
                @Override
                public Map<String, Tensor> parameters() {
                    return Map.of("w", weight);
                }

                @Override
                public Tensor loss(Double x) {
                    return weight.mul(x).sub(3 * x).square().mean();
                }
            };
            var batches = new Batches<Double>() {
                private long at;

                @Override
                public Double next() {
                    return 1.0 + at++ % 3;
                }

                @Override
                public String position() {
                    return Long.toString(at);
                }

                @Override
                public void restore(String position) {
                    at = Long.parseLong(position);
                }
            };
            var config = AdamW.Config.standard().withWeightDecay(0);
            try (var adamw = new AdamW(task.parameters(), config)) {
                var result = Fit.steps(300, new Schedule.WarmupCosine(0.1, 0.001, 10, 300))
                        .withAccumulation(2)
                        .run(task, adamw, batches, Progress.none(), new StopSignal());
                assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
                assertThat(result.step()).isEqualTo(300);
                assertThat(weight.item()).isBetween(2.99, 3.01);
            }
        }
    }
}
