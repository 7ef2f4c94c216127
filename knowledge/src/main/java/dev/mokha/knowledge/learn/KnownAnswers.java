package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.store.Surroundings;
import dev.mokha.knowledge.store.Surroundings.Which;
import dev.mokha.knowledge.triples.Triples;
import java.util.HashSet;
import java.util.Set;

/// The known answers to the questions that some facts ask, each looked up by index: what filtered ranks
/// leave out.
final class KnownAnswers {
    private final Surroundings surroundings;
    private final WorkingSet set;

    KnownAnswers(Surroundings surroundings, WorkingSet set) {
        this.surroundings = surroundings;
        this.set = set;
    }

    /// {@return the answers to each fact's two questions, among those that are worked with}
    ///
    /// @param asked by the graph's numbers
    Answers to(Triples asked, Which which) {
        var known = new Triples.Builder();
        Set<Long> forward = new HashSet<>();
        Set<Long> backward = new HashSet<>();
        for (int i = 0; i < asked.size(); i++) {
            int head = asked.head(i);
            int relation = asked.relation(i);
            int tail = asked.tail(i);
            int h = set.entities().here(head);
            int r = set.relations().here(relation);
            int t = set.entities().here(tail);
            if (forward.add((long) head << 32 | relation)) {
                surroundings.tails(head, relation, which, other -> {
                    int here = set.entities().find(other);
                    if (here >= 0) {
                        known.add(h, r, here);
                    }
                });
            }
            if (backward.add((long) tail << 32 | relation)) {
                surroundings.heads(relation, tail, which, other -> {
                    int here = set.entities().find(other);
                    if (here >= 0) {
                        known.add(here, r, t);
                    }
                });
            }
        }
        return Answers.of(Facts.of(known.build()));
    }
}
