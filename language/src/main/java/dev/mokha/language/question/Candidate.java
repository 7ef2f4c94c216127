package dev.mokha.language.question;

/// A possible answer.
///
/// @param text as it stands in the context; empty for "there is no answer"
/// @param start where it starts in the context, in UTF-16 units; -1 when it is no span of it
/// @param end where it ends, exclusive; -1 when it is no span
/// @param startLogit the logit of its first token as a start
/// @param endLogit the logit of its last token as an end
/// @param probability softmax of the sum of both over the candidates of the question
public record Candidate(String text, int start, int end, double startLogit, double endLogit, double probability) {
    /// {@return whether it is a span of the context}
    public boolean isSpan() {
        return start >= 0;
    }

    /// {@return the sum of both logits, which candidates are ranked by}
    public double score() {
        return startLogit + endLogit;
    }

    Candidate withProbability(double value) {
        return new Candidate(text, start, end, startLogit, endLogit, value);
    }
}
