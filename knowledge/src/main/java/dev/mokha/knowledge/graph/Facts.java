package dev.mokha.knowledge.graph;

import dev.mokha.knowledge.triples.Triples;
import java.util.Arrays;
import java.util.List;

/// A list of facts (subject, relation, object) as ids from 0.
///
/// Relations come in pairs: `r` even is a relation as given, `r + 1` its inverse, so that every question is
/// about an object: who stands in `r` to `o` is `(o, r ^ 1, ?)`.
public final class Facts {
    /// No facts.
    public static final Facts NONE = new Facts(new int[0], new int[0], new int[0]);

    private final int[] subjects;
    private final int[] relations;
    private final int[] objects;

    private Facts(int[] subjects, int[] relations, int[] objects) {
        this.subjects = subjects;
        this.relations = relations;
        this.objects = objects;
    }

    /// Facts whose i-th has the i-th number of each list.
    ///
    /// @throws IllegalArgumentException where the lists differ in length or a number is negative
    public static Facts of(int[] subjects, int[] relations, int[] objects) {
        if (subjects.length != relations.length || subjects.length != objects.length) {
            throw new IllegalArgumentException("facts need as many subjects as relations and objects, not "
                    + subjects.length + ", " + relations.length + " and " + objects.length);
        }
        for (int i = 0; i < subjects.length; i++) {
            if (subjects[i] < 0 || relations[i] < 0 || objects[i] < 0) {
                throw new IllegalArgumentException(
                        "fact " + i + " has a negative id: " + subjects[i] + ", " + relations[i] + ", " + objects[i]);
            }
        }
        return new Facts(subjects.clone(), relations.clone(), objects.clone());
    }

    /// Facts by the numbers of their names: relation `n` becomes `2n`, its inverse `2n + 1`.
    public static Facts of(Triples triples) {
        int[] relations = triples.relations();
        for (int i = 0; i < relations.length; i++) {
            relations[i] = Math.multiplyExact(2, relations[i]);
        }
        return new Facts(triples.heads(), relations, triples.tails());
    }

    /// {@return how many there are}
    public int size() {
        return subjects.length;
    }

    /// {@return the subject of fact `i`}
    public int subject(int i) {
        return subjects[i];
    }

    /// {@return the relation of fact `i`}
    public int relation(int i) {
        return relations[i];
    }

    /// {@return the object of fact `i`}
    public int object(int i) {
        return objects[i];
    }

    /// {@return one more than the largest entity; 0 where there are no facts}
    public int entities() {
        int most = -1;
        for (int i = 0; i < size(); i++) {
            most = Math.max(most, Math.max(subjects[i], objects[i]));
        }
        return most + 1;
    }

    /// {@return these facts, then each the other way round: `(o, r ^ 1, s)`}
    public Facts withInverses() {
        int n = size();
        int[] s = Arrays.copyOf(subjects, 2 * n);
        int[] r = Arrays.copyOf(relations, 2 * n);
        int[] o = Arrays.copyOf(objects, 2 * n);
        for (int i = 0; i < n; i++) {
            s[n + i] = objects[i];
            r[n + i] = relations[i] ^ 1;
            o[n + i] = subjects[i];
        }
        return new Facts(s, r, o);
    }

    /// {@return the facts of several lists, one list after the other}
    public static Facts join(List<Facts> lists) {
        int n = lists.stream().mapToInt(Facts::size).sum();
        int[] s = new int[n];
        int[] r = new int[n];
        int[] o = new int[n];
        int at = 0;
        for (Facts list : lists) {
            System.arraycopy(list.subjects, 0, s, at, list.size());
            System.arraycopy(list.relations, 0, r, at, list.size());
            System.arraycopy(list.objects, 0, o, at, list.size());
            at += list.size();
        }
        return new Facts(s, r, o);
    }
}
