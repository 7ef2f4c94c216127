package dev.mokha.knowledge.embed;

import dev.mokha.knowledge.graph.Facts;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Positive facts, each with equally many negatives: the same fact with its subject or its object replaced.
public final class Batch {
    private final int negatives;
    private int[] subjects;
    private int[] relations;
    private int[] objects;
    private int[] replacements; // [positives, negatives]
    private boolean[] atSubject; // [positives, negatives]: which side was replaced
    private int size;

    /// Room for a number of positives with their negatives, and more where they come.
    public Batch(int positives, int negatives) {
        this.negatives = negatives;
        this.subjects = new int[positives];
        this.relations = new int[positives];
        this.objects = new int[positives];
        this.replacements = new int[positives * negatives];
        this.atSubject = new boolean[positives * negatives];
    }

    /// Takes facts and draws negatives uniformly from the first `below` entities, replacing either side
    /// with a probability of 1/2. Those that happen to be true are kept.
    ///
    /// @param order which facts: those numbered `order[from]` to before `order[to]`
    public void draw(Facts facts, int[] order, int from, int to, int below, SplittableRandom random) {
        clear();
        drawMore(facts, order, from, to, below, random);
    }

    /// As [#draw], behind the positives that there are.
    public void drawMore(Facts facts, int[] order, int from, int to, int below, SplittableRandom random) {
        for (int i = from; i < to; i++) {
            add(facts.subject(order[i]), facts.relation(order[i]), facts.object(order[i]));
            for (int k = 0; k < negatives; k++) {
                long bits = random.nextLong();
                // the upper 32 bits choose the entity, one of the lower the side
                replace(size - 1, k, (int) (((bits >>> 32) * below) >>> 32), (bits & 1) == 0);
            }
        }
    }

    /// Empties the batch.
    public void clear() {
        size = 0;
    }

    /// Adds a positive, whose negatives are then set by [#replace].
    public void add(int subject, int relation, int object) {
        if (size == subjects.length) {
            grow(Math.max(16, size + size / 2));
        }
        subjects[size] = subject;
        relations[size] = relation;
        objects[size] = object;
        size++;
    }

    private void grow(int positives) {
        subjects = Arrays.copyOf(subjects, positives);
        relations = Arrays.copyOf(relations, positives);
        objects = Arrays.copyOf(objects, positives);
        replacements = Arrays.copyOf(replacements, positives * negatives);
        atSubject = Arrays.copyOf(atSubject, positives * negatives);
    }

    /// Sets a positive's k-th negative.
    public void replace(int positive, int k, int entity, boolean subject) {
        replacements[positive * negatives + k] = entity;
        atSubject[positive * negatives + k] = subject;
    }

    /// {@return how many positives there are}
    public int size() {
        return size;
    }

    /// {@return how many negatives each has}
    public int negatives() {
        return negatives;
    }

    /// {@return the subject of a positive}
    public int subject(int positive) {
        return subjects[positive];
    }

    /// {@return the relation of a positive and of its negatives}
    public int relation(int positive) {
        return relations[positive];
    }

    /// {@return the object of a positive}
    public int object(int positive) {
        return objects[positive];
    }

    /// {@return the entity that stands in a positive's k-th negative}
    public int replacement(int positive, int k) {
        return replacements[positive * negatives + k];
    }

    /// {@return whether it stands for the subject, or else for the object}
    public boolean atSubject(int positive, int k) {
        return atSubject[positive * negatives + k];
    }
}
