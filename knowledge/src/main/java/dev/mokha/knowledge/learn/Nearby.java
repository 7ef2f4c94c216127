package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.graph.Facts;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Which facts a model that learns all at once learns again when the graph changes: those that are new,
/// those around the entities that the change touches, of each question that lost an answer one that
/// remains, and others to rehearse.
final class Nearby {
    /// So many known facts around an entity are learned again at most.
    static final int AROUND = 64;

    private final Facts facts;
    private final SplittableRandom random;
    private final BitSet chosen = new BitSet();
    private final Map<Integer, Integer> around = new HashMap<>(); // of each touched entity

    private Nearby(Facts facts, SplittableRandom random) {
        this.facts = facts;
        this.random = random;
    }

    /// What a snapshot changed.
    ///
    /// @param fresh how many of the facts that hold now it brought: the last ones
    /// @param ended the facts that hold no more
    record Change(int fresh, Facts ended) {}

    /// {@return some of the facts that hold now, in their order}
    ///
    /// @param facts all that hold now
    /// @param rehearsal so many others are drawn for each fact that is near
    static Facts of(Facts facts, Change change, double rehearsal, SplittableRandom random) {
        var nearby = new Nearby(facts, random);
        nearby.near(change);
        nearby.rehearse(rehearsal);
        return part(facts, nearby.chosen::get);
    }

    private void near(Change change) {
        int known = facts.size() - change.fresh;
        for (int i = known; i < facts.size(); i++) {
            chosen.set(i);
            around.put(facts.subject(i), 0);
            around.put(facts.object(i), 0);
        }
        Set<Long> asked = new HashSet<>(); // questions that lost an answer
        Facts ended = change.ended.withInverses();
        for (int i = 0; i < ended.size(); i++) {
            around.put(ended.subject(i), 0);
            asked.add(question(ended.subject(i), ended.relation(i)));
        }
        for (int i : shuffled(known)) {
            boolean lostTail = asked.remove(question(facts.subject(i), facts.relation(i)));
            boolean lostHead = asked.remove(question(facts.object(i), facts.relation(i) ^ 1));
            if (lostTail || lostHead || hasRoom(facts.subject(i)) || hasRoom(facts.object(i))) {
                chosen.set(i);
                around.computeIfPresent(facts.subject(i), (_, count) -> count + 1);
                if (facts.object(i) != facts.subject(i)) {
                    around.computeIfPresent(facts.object(i), (_, count) -> count + 1);
                }
            }
        }
    }

    private static long question(int subject, int relation) {
        return (long) subject << 32 | relation;
    }

    private boolean hasRoom(int entity) {
        return around.getOrDefault(entity, AROUND) < AROUND;
    }

    private void rehearse(double rehearsal) {
        long wanted = Math.round(rehearsal * chosen.cardinality());
        for (int i : shuffled(facts.size())) {
            if (wanted > 0 && !chosen.get(i)) {
                chosen.set(i);
                wanted--;
            }
        }
    }

    private int[] shuffled(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /// {@return the facts whose places are wanted}
    static Facts part(Facts facts, IntPredicate wanted) {
        int[] kept = IntStream.range(0, facts.size()).filter(wanted).toArray();
        int[] subjects = new int[kept.length];
        int[] relations = new int[kept.length];
        int[] objects = new int[kept.length];
        for (int i = 0; i < kept.length; i++) {
            subjects[i] = facts.subject(kept[i]);
            relations[i] = facts.relation(kept[i]);
            objects[i] = facts.object(kept[i]);
        }
        return Facts.of(subjects, relations, objects);
    }
}
