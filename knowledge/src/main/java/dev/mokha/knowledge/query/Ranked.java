package dev.mokha.knowledge.query;

import java.util.List;

/// The best answers to a question.
///
/// @param question with full names
/// @param best the best first
/// @param among how many entities were compared
/// @param known how many of them the graph knows as answers
public record Ranked(Question question, List<Candidate> best, int among, int known) {
    public Ranked {
        best = List.copyOf(best);
    }
}
