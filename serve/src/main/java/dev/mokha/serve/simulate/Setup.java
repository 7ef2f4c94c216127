package dev.mokha.serve.simulate;

import dev.mokha.serve.schedule.CostModel;
import dev.mokha.serve.schedule.SchedulerOptions;
import dev.mokha.serve.schedule.Targets;

/// The server that is simulated.
///
/// @param options of its scheduler
/// @param cost of its steps
/// @param targets that every request has; what is counted as good
/// @param maxNewTokens that every request allows: all that the scheduler knows of an answer's length. One
///     that is longer in fact ends there
/// @param drafts what is guessed
/// @param seed of what is drawn on the way
public record Setup(
        SchedulerOptions options, CostModel cost, Targets targets, int maxNewTokens, Drafts drafts, long seed) {
    public Setup {
        if (maxNewTokens < 1) {
            throw new IllegalArgumentException("an answer has a token at least, not " + maxNewTokens);
        }
    }

    /// Speculation ([Leviathan et al. 2023](https://arxiv.org/abs/2211.17192)).
    ///
    /// @param tokens proposed to each sequence in each step; 0 for none
    /// @param acceptance how likely each is right, where those before it are
    public record Drafts(int tokens, double acceptance) {
        /// Nothing is guessed.
        public static final Drafts NONE = new Drafts(0, 0);

        public Drafts {
            if (tokens < 0 || !(acceptance >= 0 && acceptance <= 1)) {
                throw new IllegalArgumentException(
                        "drafts are not negative and a probability is between 0 and 1, unlike " + tokens + " and "
                                + acceptance);
            }
        }
    }
}
