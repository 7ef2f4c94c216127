package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.store.Delta;
import dev.mokha.knowledge.triples.Triples;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/// The entities and relations that one snapshot is learned with, numbered anew from 0: those that the model
/// knows first, then those that are new, each in the graph's order. With all of them the numbers are the
/// graph's.
final class WorkingSet {
    private final Numbering entities;
    private final Numbering relations;

    private WorkingSet(Numbering entities, Numbering relations) {
        this.entities = entities;
        this.relations = relations;
    }

    /// The new ones, those of some facts, and up to a pool of others.
    ///
    /// @param needed facts whose entities and relations are worked with, by the graph's numbers
    /// @param pool so many known ones are worked with at least, where there are as many
    static WorkingSet of(Delta delta, List<Triples> needed, int pool, SplittableRandom random) {
        var entities = new BitSet();
        var relations = new BitSet();
        for (Triples facts : needed) {
            for (int i = 0; i < facts.size(); i++) {
                entities.set(facts.head(i));
                entities.set(facts.tail(i));
                relations.set(facts.relation(i));
            }
        }
        return new WorkingSet(
                Numbering.of(delta.entitiesBefore(), delta.entities(), entities, pool, random),
                Numbering.of(delta.relationsBefore(), delta.relations(), relations, pool, random));
    }

    /// All entities and relations of a graph up to these numbers.
    static WorkingSet whole(int entities, int relations) {
        var random = new SplittableRandom(0); // nothing is drawn
        return new WorkingSet(
                Numbering.of(entities, entities, new BitSet(), entities, random),
                Numbering.of(relations, relations, new BitSet(), relations, random));
    }

    Numbering entities() {
        return entities;
    }

    Numbering relations() {
        return relations;
    }

    /// {@return whether it is the whole graph}
    boolean isWhole() {
        return entities.isWhole() && relations.isWhole();
    }

    /// {@return facts by the numbers here; relation `n` becomes `2n`}
    Facts facts(Triples triples) {
        int[] heads = triples.heads();
        int[] kinds = triples.relations();
        int[] tails = triples.tails();
        for (int i = 0; i < heads.length; i++) {
            heads[i] = entities.here(heads[i]);
            kinds[i] = 2 * relations.here(kinds[i]);
            tails[i] = entities.here(tails[i]);
        }
        return Facts.of(heads, kinds, tails);
    }

    /// Numbers here and in the graph.
    static final class Numbering {
        private final int[] inGraph; // ascending, since the known come before the new
        private final int known;
        private final boolean whole;

        private Numbering(int[] inGraph, int known, boolean whole) {
            this.inGraph = inGraph;
            this.known = known;
            this.whole = whole;
        }

        private static Numbering of(int before, int now, BitSet needed, int pool, SplittableRandom random) {
            needed.set(before, now);
            if (before <= pool) {
                needed.set(0, now);
            } else {
                draw(needed, before, pool, random);
            }
            int[] inGraph = needed.stream().toArray();
            return new Numbering(inGraph, needed.get(0, before).cardinality(), inGraph.length == now);
        }

        // Whoever is drawn twice or is there already counts once: the pool is filled up with others.
        private static void draw(BitSet needed, int before, int pool, SplittableRandom random) {
            int wanted = pool - needed.get(0, before).cardinality();
            if (wanted > before / 2) { // nearly all: leave out instead
                int out = before - pool;
                var left = new BitSet(before);
                while (left.cardinality() < out) {
                    int one = random.nextInt(before);
                    if (!needed.get(one)) {
                        left.set(one);
                    }
                }
                left.flip(0, before);
                needed.or(left);
                return;
            }
            for (int i = 0; i < wanted; ) {
                int one = random.nextInt(before);
                if (!needed.get(one)) {
                    needed.set(one);
                    i++;
                }
            }
        }

        /// {@return how many there are}
        int size() {
            return inGraph.length;
        }

        /// {@return how many the model knows: those before this number}
        int known() {
            return known;
        }

        boolean isWhole() {
            return whole;
        }

        int inGraph(int here) {
            return inGraph[here];
        }

        /// {@return the number here, negative for what is not worked with}
        int find(int inGraph) {
            if (whole) {
                return inGraph < this.inGraph.length ? inGraph : -1;
            }
            return Arrays.binarySearch(this.inGraph, inGraph);
        }

        /// {@return the number here of what is worked with}
        int here(int inGraph) {
            int here = find(inGraph);
            if (here < 0) {
                throw new IllegalStateException("number " + inGraph + " is not worked with");
            }
            return here;
        }

        /// {@return the known ones' numbers in the graph}
        int[] knownInGraph() {
            return Arrays.copyOf(inGraph, known);
        }
    }
}
