package dev.mokha.serve.schedule;

/// What a step computes, as far as its time depends on it.
///
/// @param prefillTokens positions of prompts
/// @param prefillContext positions that they attend to, summed over them: the pairs of their attention
/// @param decodeTokens positions of sequences that are written, drafts counted
/// @param decodeContext positions that they attend to, summed over sequences: the keys and values that are read
public record StepShape(int prefillTokens, long prefillContext, int decodeTokens, long decodeContext) {
    /// Nothing.
    public static final StepShape EMPTY = new StepShape(0, 0, 0, 0);

    /// {@return this and a chunk of a prompt}
    public StepShape withPrefill(int from, int count) {
        long pairs = (long) count * from + (long) count * (count + 1) / 2;
        return new StepShape(prefillTokens + count, prefillContext + pairs, decodeTokens, decodeContext);
    }

    /// {@return this and a sequence's next token with its drafts}
    public StepShape withDecode(int from, int count) {
        return new StepShape(prefillTokens, prefillContext, decodeTokens + count, decodeContext + from + count);
    }

    /// {@return positions in all}
    public int tokens() {
        return prefillTokens + decodeTokens;
    }
}
