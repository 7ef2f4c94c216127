package dev.mokha.nn.metric;

/// How well a language model predicts text: perplexity per token, and bits per byte, which alone may be compared
/// between models of different tokenizers. Both from the negative log-likelihood in nats:
///
/// ```
/// perplexity   = exp(Σ nll / tokens)
/// bits per byte = Σ nll / (ln 2 · UTF-8 bytes)
/// ```
public final class Likelihood {
    private double nats;
    private long tokens;
    private long bytes;

    /// Takes text in.
    ///
    /// @param meanNats the mean negative log-likelihood of its predicted tokens
    /// @param tokens how many were predicted
    /// @param bytes the length of the predicted text in UTF-8
    public void add(double meanNats, long tokens, long bytes) {
        if (tokens < 0 || bytes < 0) {
            throw new IllegalArgumentException("text cannot have " + tokens + " tokens and " + bytes + " bytes");
        }
        if (tokens > 0) {
            nats += meanNats * tokens;
        }
        this.tokens += tokens;
        this.bytes += bytes;
    }

    /// {@return the mean negative log-likelihood of a token in nats; NaN without tokens}
    public double loss() {
        return nats / tokens;
    }

    /// {@return e to the power of [#loss]: among how many tokens the model might as well have guessed}
    public double perplexity() {
        return Math.exp(loss());
    }

    /// {@return the bits that the model needs for a byte of text; NaN without text}
    public double bitsPerByte() {
        return nats / (Math.log(2) * bytes);
    }

    /// {@return how many tokens were predicted}
    public long tokens() {
        return tokens;
    }

    /// {@return the length of the text in UTF-8}
    public long bytes() {
        return bytes;
    }
}
