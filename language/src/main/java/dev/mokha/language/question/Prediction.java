package dev.mokha.language.question;

import java.util.List;

/// What was decoded for a question.
///
/// @param text the answer; empty for "there is no answer"
/// @param nBest the best candidates, best first
/// @param nullOdds score of "no answer" minus that of the best span: above the threshold, there is
///     no answer; NaN where every question has one (SQuAD 1.1)
/// @param span the text of the best candidate that isn't empty: the answer if there must be one
public record Prediction(String text, List<Candidate> nBest, double nullOdds, String span) {
    public Prediction {
        nBest = List.copyOf(nBest);
    }

    /// {@return the same decided by another threshold on the odds of no answer}
    Prediction decidedBy(double threshold) {
        return new Prediction(nullOdds > threshold ? "" : span, nBest, nullOdds, span);
    }
}
