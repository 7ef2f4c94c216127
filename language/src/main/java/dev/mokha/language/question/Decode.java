package dev.mokha.language.question;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// From logits to answers, as BERT's `run_squad.py` does: in each window, the best starts with the best
/// ends, both in the context, the start where its token has the most context; ranked by the sum of the
/// logits; equal texts once.
///
/// Two differences. A candidate's text is cut from the context by the tokenizer's offsets, so it stands
/// there just so; the official code looks for the pieces' text among the words it touches, takes the
/// first place where it occurs, all the words when it finds none, and writes blanks single. And windows
/// aren't padded, so padding takes no place among the best starts.
///
/// @param nBest how many starts, ends and candidates are looked at
/// @param maxAnswer the most tokens in an answer
/// @param unanswerable whether "there is no answer" is a candidate (SQuAD 2.0): the empty text,
///     with the logits of position 0 in the window where their sum is least
/// @param threshold there is no answer when the score of that minus the best span's is above this
public record Decode(int nBest, int maxAnswer, boolean unanswerable, double threshold) {
    private static final int NO_SPAN = -1;

    /// Added before comparing, so that -0 and 0 are equal, as in Python.
    private static final double POSITIVE_ZERO = 0.0;

    /// What the official code says where it found nothing at all.
    static final String NONCE = "empty";

    /// The score of no answer before any window: the official code's large number.
    private static final double NO_WINDOW = 1_000_000;

    public Decode {
        if (nBest < 1 || maxAnswer < 1) {
            throw new IllegalArgumentException(
                    "decoding needs at least 1 candidate and 1 token in an answer, was given " + nBest + " and "
                            + maxAnswer);
        }
        if (Double.isNaN(threshold)) {
            throw new IllegalArgumentException("the threshold of no answer is not a number; give one, 0 by default");
        }
    }

    /// Every question has an answer.
    public static Decode squad1() {
        return new Decode(20, 30, false, 0);
    }

    /// Some questions have none.
    ///
    /// @param threshold tuned on held-out questions, typically -1 to -5
    public static Decode squad2(double threshold) {
        return new Decode(20, 30, true, threshold);
    }

    /// Decodes one question.
    ///
    /// @param windows all of the question's
    /// @param logits of each window, in order
    public Prediction of(List<Window> windows, List<SpanLogits> logits) {
        if (windows.size() != logits.size()) {
            throw new IllegalArgumentException(windows.size() + " windows but logits of " + logits.size());
        }
        List<Candidate> spans = new ArrayList<>();
        double nullScore = NO_WINDOW;
        Candidate none = candidate("", NO_SPAN, NO_SPAN, 0, 0);
        for (int i = 0; i < windows.size(); i++) {
            SpanLogits scores = logits.get(i);
            if (scores.size() != windows.get(i).size()) {
                throw new IllegalArgumentException("window " + i + " has "
                        + windows.get(i).size() + " positions but " + scores.size() + " logits");
            }
            double here = (double) scores.start(0) + scores.end(0);
            if (here < nullScore) {
                nullScore = here;
                none = candidate("", NO_SPAN, NO_SPAN, scores.start(0), scores.end(0));
            }
            spans(windows.get(i), scores, spans);
        }
        if (unanswerable) {
            spans.add(none);
        }
        spans.sort(Comparator.comparingDouble((Candidate c) -> c.score() + POSITIVE_ZERO)
                .reversed()); // stable, as Python's
        List<Candidate> best = withProbabilities(distinct(spans, none));
        if (!unanswerable) {
            return new Prediction(
                    best.getFirst().text(), best, Double.NaN, best.getFirst().text());
        }
        Candidate span =
                best.stream().filter(c -> !c.text().isEmpty()).findFirst().orElseThrow();
        double odds = nullScore - span.startLogit() - span.endLogit();
        return new Prediction(odds > threshold ? "" : span.text(), best, odds, span.text());
    }

    private void spans(Window window, SpanLogits logits, List<Candidate> found) {
        int[] ends = best(logits.size(), logits::end);
        for (int start : best(logits.size(), logits::start)) {
            if (!window.hasMaxContext(start)) {
                continue;
            }
            for (int end : ends) {
                if (!window.inContext(end) || end < start || end - start + 1 > maxAnswer) {
                    continue;
                }
                int from = window.charStart(start);
                int to = window.charEnd(end);
                if (from < to) { // a token of white space alone spells nothing
                    found.add(candidate(
                            window.context().substring(from, to), from, to, logits.start(start), logits.end(end)));
                }
            }
        }
    }

    private interface Logit {
        float at(int position);
    }

    /// {@return the positions with the largest logits, largest first, the earlier of equals first}
    private int[] best(int size, Logit logit) {
        return IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> logit.at(i) + POSITIVE_ZERO)
                        .reversed())
                .limit(nBest)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /// The first of equal texts, at most as many as asked for; after them no answer if it is allowed
    /// and isn't among them, and the nonce where nothing else is left.
    private List<Candidate> distinct(List<Candidate> ranked, Candidate none) {
        Set<String> seen = new HashSet<>();
        List<Candidate> best = new ArrayList<>();
        for (Candidate candidate : ranked) {
            if (best.size() >= nBest) {
                break;
            }
            if (seen.add(candidate.text())) {
                best.add(candidate);
            }
        }
        if (unanswerable && seen.add("")) {
            best.add(none);
        }
        if (best.isEmpty() || (unanswerable && best.size() == 1)) {
            best.addFirst(candidate(NONCE, NO_SPAN, NO_SPAN, 0, 0));
        }
        return best;
    }

    private static Candidate candidate(String text, int start, int end, double startLogit, double endLogit) {
        return new Candidate(text, start, end, startLogit, endLogit, 0);
    }

    private static List<Candidate> withProbabilities(List<Candidate> candidates) {
        double largest = candidates.stream().mapToDouble(Candidate::score).max().orElseThrow();
        double sum = 0;
        for (Candidate candidate : candidates) {
            sum += Math.exp(candidate.score() - largest);
        }
        List<Candidate> out = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            out.add(candidate.withProbability(Math.exp(candidate.score() - largest) / sum));
        }
        return out;
    }
}
