package dev.mokha.language.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AdvantagesTest {
    @Property
    void thoseOfAGroupSumToNothingAndKeepTheOrder(
            @ForAll @Size(12) List<@DoubleRange(min = -100, max = 100) Double> drawn,
            @ForAll @IntRange(min = 0, max = 2) int shape,
            @ForAll boolean scaled) {
        double[] rewards = drawn.stream().mapToDouble(Double::doubleValue).toArray();
        int group = new int[] {2, 4, 12}[shape];
        double[] advantages = Advantages.of(rewards, group, scaled);
        for (int from = 0; from < rewards.length; from += group) {
            double[] one = Arrays.copyOfRange(advantages, from, from + group);
            assertThat(Arrays.stream(one).sum()).isCloseTo(0, within(1e-9));
            for (int i = 0; i < group; i++) {
                for (int j = 0; j < group; j++) {
                    if (rewards[from + i] > rewards[from + j] + 1e-6) {
                        assertThat(one[i]).isGreaterThan(one[j]);
                    }
                }
            }
        }
    }

    @Test
    void theyAreAsComputedByHand() {
        // mean 2, deviations -1, 0, 1, the sample's standard deviation 1
        assertThat(Advantages.of(new double[] {1, 2, 3}, 3, true))
                .containsExactly(new double[] {-1 / 1.0001, 0, 1 / 1.0001}, within(1e-12));
        assertThat(Advantages.of(new double[] {1, 2, 3, 5, 5, 5}, 3, false)).containsExactly(-1, 0, 1, 0, 0, 0);
    }

    @Test
    void equalRewardsTeachNothingAlsoWhenRoundedApart() {
        double[] rewards = {0.1 + 0.2, 0.3, 0, 0, 1, 2};
        assertThat(Advantages.equalGroups(rewards, 2)).isEqualTo(2);
        assertThat(Arrays.copyOf(Advantages.of(rewards, 2, true), 4)).containsOnly(0);
    }
}
