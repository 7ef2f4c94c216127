package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.lifelong.Past;
import dev.mokha.knowledge.lifelong.State;
import dev.mokha.knowledge.lifelong.Vectors;
import dev.mokha.knowledge.store.Surroundings;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.knowledge.triples.Triple;
import dev.mokha.knowledge.triples.Triples;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/// What a snapshot's removals mean to a model. A fact that ended counts no more as an answer, leaves the
/// counts of what was learned about its two entities and its relation, and is not learned again. What
/// remains of the facts around its entities is learned once more with the snapshot, and for so long counts
/// as new: so their vectors are held the less firmly, the more of what they rested on is gone or learned
/// anew.
final class Forgetting {
    /// So many facts around an entity are learned once more at most.
    private static final int AROUND = 64;

    private final Triples ended;
    private final Triples again;

    private Forgetting(Triples ended, Triples again) {
        this.ended = ended;
        this.again = again;
    }

    /// What a snapshot ended, and what remains around it.
    static Forgetting of(int snapshot, Surroundings surroundings) {
        Triples ended = surroundings.ended(Split.TRAIN, snapshot);
        Set<Integer> touched = new LinkedHashSet<>();
        for (Triple fact : ended) {
            touched.add(fact.head());
            touched.add(fact.tail());
        }
        Set<Triple> remaining = new LinkedHashSet<>();
        for (int entity : touched) {
            remaining.addAll(surroundings.learned(entity, snapshot - 1, AROUND));
        }
        return new Forgetting(ended, Triples.of(remaining));
    }

    /// {@return the facts that ended}
    Triples ended() {
        return ended;
    }

    /// {@return the facts to learn once more}
    Triples again() {
        return again;
    }

    /// {@return the state without what ended and what is learned anew}
    State in(State state, WorkingSet set) {
        if (ended.isEmpty()) {
            return state;
        }
        State less = without(state, set.facts(ended));
        Vectors counts = less.tables(Past.COUNTS);
        if (counts.entities().rows() > 0) {
            Vectors fewer = counts.copy();
            take(fewer, set.facts(ended));
            take(fewer, set.facts(again));
            less = less.with(Past.COUNTS, fewer);
        }
        return less;
    }

    private static void take(Vectors counts, Facts facts) {
        for (int i = 0; i < facts.size(); i++) {
            take(counts.entities(), facts.subject(i));
            take(counts.entities(), facts.object(i));
            take(counts.relations(), facts.relation(i));
            take(counts.relations(), facts.relation(i) ^ 1);
        }
    }

    private static void take(Table counts, int row) {
        if (row < counts.rows()) { // a row of this snapshot has no count yet
            int at = row * counts.stride();
            counts.values()[at] = Math.max(0, counts.values()[at] - 1);
        }
    }

    /// Remembered facts, in either direction, without those that ended.
    private static State without(State state, Facts ended) {
        Set<Triple> gone = new LinkedHashSet<>();
        Facts both = ended.withInverses();
        for (int i = 0; i < both.size(); i++) {
            gone.add(new Triple(both.subject(i), both.relation(i), both.object(i)));
        }
        State less = state;
        for (String list : state.facts().keySet()) {
            less = less.with(list, kept(state.facts(list), gone));
        }
        return less;
    }

    private static Facts kept(Facts facts, Set<Triple> gone) {
        int[] heads = new int[facts.size()];
        int[] relations = new int[facts.size()];
        int[] tails = new int[facts.size()];
        int kept = 0;
        for (int i = 0; i < facts.size(); i++) {
            if (!gone.contains(new Triple(facts.subject(i), facts.relation(i), facts.object(i)))) {
                heads[kept] = facts.subject(i);
                relations[kept] = facts.relation(i);
                tails[kept++] = facts.object(i);
            }
        }
        return Facts.of(Arrays.copyOf(heads, kept), Arrays.copyOf(relations, kept), Arrays.copyOf(tails, kept));
    }
}
