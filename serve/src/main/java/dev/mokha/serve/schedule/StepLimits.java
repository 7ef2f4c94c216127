package dev.mokha.serve.schedule;

import org.jspecify.annotations.Nullable;

/// How large a step may be. May be changed between any two steps.
///
/// @param tokens positions that are computed at most
/// @param sequences that run at once at most
/// @param pace bounds prompts beside decodes; without one only `tokens` and `chunk` do
/// @param chunk positions of one prompt at most
/// @param fill positions of prompts from which on no further prompt joins a step. A step ends for all in it at once:
/// where
///     rows past so many cost as much each as those before, whoever joins only lets the others wait
public record StepLimits(
        int tokens, int sequences, @Nullable Pace pace, int chunk, int fill) {
    /// 2,048 positions of 256 sequences.
    public static final StepLimits DEFAULT = of(2048, 256);

    public StepLimits {
        if (tokens < 1 || sequences < 1 || chunk < 1 || fill < 1) {
            throw new IllegalArgumentException("a step has at least one position, sequence, token of a chunk and one"
                    + " to fill it, not " + tokens + ", " + sequences + ", " + chunk + " and " + fill);
        }
    }

    /// {@return limits of the whole step only}
    public static StepLimits of(int tokens, int sequences) {
        return new StepLimits(tokens, sequences, null, tokens, tokens);
    }

    public StepLimits withPace(@Nullable Pace pace) {
        return new StepLimits(tokens, sequences, pace, chunk, fill);
    }

    public StepLimits withChunk(int chunk) {
        return new StepLimits(tokens, sequences, pace, chunk, fill);
    }

    public StepLimits withFill(int fill) {
        return new StepLimits(tokens, sequences, pace, chunk, fill);
    }
}
