package dev.mokha.knowledge.link;

import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/// Draws wrong facts. Facts are turned so that the part to be replaced is the object: a fact whose subject
/// is replaced is asked the other way round, by the inverse relation.
final class Sampler {
    private final Corruption corruption;
    private final Answers known;
    private final int entities;
    private final double[] subjectChance; // of each relation as given, by half its id

    Sampler(Corruption corruption, Facts train, LinkModel.Config size) {
        this.corruption = corruption;
        this.known = Answers.of(train);
        this.entities = size.entities();
        this.subjectChance = chances(train, size.relations() / 2);
    }

    private static double[] chances(Facts train, int relations) {
        long[] facts = new long[relations];
        Set<Long> subjects = new HashSet<>();
        Set<Long> objects = new HashSet<>();
        double[] subjectCount = new double[relations];
        double[] objectCount = new double[relations];
        for (int i = 0; i < train.size(); i++) {
            int r = train.relation(i) >> 1;
            boolean turned = (train.relation(i) & 1) == 1;
            long subject = turned ? train.object(i) : train.subject(i);
            long object = turned ? train.subject(i) : train.object(i);
            facts[r]++;
            subjectCount[r] += subjects.add((long) r << 32 | subject) ? 1 : 0;
            objectCount[r] += objects.add((long) r << 32 | object) ? 1 : 0;
        }
        double[] chances = new double[relations];
        for (int r = 0; r < relations; r++) {
            double objectsPerSubject = facts[r] / Math.max(1, subjectCount[r]);
            double subjectsPerObject = facts[r] / Math.max(1, objectCount[r]);
            chances[r] = facts[r] == 0 ? 0.5 : objectsPerSubject / (objectsPerSubject + subjectsPerObject);
        }
        return chances;
    }

    /// {@return whether the subject of a fact with this relation is the part to replace, drawn}
    boolean replacesSubject(int relation, Random random) {
        double chance = switch (corruption.side()) {
            case UNIFORM -> 0.5;
            case BERNOULLI -> (relation & 1) == 0 ? subjectChance[relation >> 1] : 1 - subjectChance[relation >> 1];
        };
        return random.nextDouble() < chance;
    }

    /// Fills `into[from]` to before `into[to]` with wrong objects for a subject and a relation.
    void draw(int subject, int relation, Random random, Space into) {
        int[] right = corruption.filtered() ? known.to(subject, relation) : new int[0];
        boolean any = right.length < entities; // where every entity is right, a wrong one cannot be drawn
        for (int i = into.from; i < into.to; i++) {
            int drawn = random.nextInt(entities);
            while (any && Arrays.binarySearch(right, drawn) >= 0) {
                drawn = random.nextInt(entities);
            }
            into.ids[i] = drawn;
        }
    }

    /// Part of an array.
    record Space(@SuppressWarnings("ArrayRecordComponent") int[] ids, int from, int to) {}
}
