package dev.mokha.language.grpo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// The block of `docs/grpo.md`.
class GrpoDocTest {
    // region rewards
    static Rewards numberInFewWords() {
        Reward brief = Reward.Scored.each("brief", one -> one.text().length() < 20 ? 1 : 0);
        return new Rewards(List.of(new Rewards.Weighted(new Reward.SameNumber(), 1), new Rewards.Weighted(brief, 0.1)));
    }
    // endregion

    @Test
    void aFunctionIsARewardBesideOthers() {
        Prompt prompt = Prompt.of("1+1=", "2");
        assertThat(numberInFewWords()
                        .score(List.of(
                                new Completion(prompt, "2", 1, true),
                                new Completion(prompt, "the sum of these is 2", 9, true)))
                        .total())
                .containsExactly(1.1, 1);
    }
}
