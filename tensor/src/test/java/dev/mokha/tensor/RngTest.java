package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RngTest {
    @Test
    void equalSeedsGiveEqualDrawsAndAStateContinues() {
        try (var _ = Scope.open("test")) {
            var first = new Rng(7);
            var second = new Rng(7);
            assertThat(first.normal(0, 1, 100).toFloats())
                    .containsExactly(second.normal(0, 1, 100).toFloats());
            byte[] state = first.state();
            float[] next = first.uniform(0, 1, 33).toFloats();
            var third = new Rng(0);
            third.restore(state);
            assertThat(third.uniform(0, 1, 33).toFloats()).containsExactly(next);
            assertThat(third.uniform(0, 1, 2).dtype()).isEqualTo(DType.FLOAT32);
            assertThat(second.uniform(0, 1, 33).toFloats()).containsExactly(next);
        }
    }
}
