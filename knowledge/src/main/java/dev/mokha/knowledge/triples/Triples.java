package dev.mokha.knowledge.triples;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.RandomAccess;

/// Many triples in three columns of numbers, 12 bytes each, in a fixed order.
public final class Triples extends AbstractList<Triple> implements RandomAccess {
    private final int[] heads;
    private final int[] relations;
    private final int[] tails;

    private Triples(int[] heads, int[] relations, int[] tails) {
        this.heads = heads;
        this.relations = relations;
        this.tails = tails;
    }

    public static Triples of(Collection<Triple> triples) {
        var builder = new Builder();
        for (Triple triple : triples) {
            builder.add(triple.head(), triple.relation(), triple.tail());
        }
        return builder.build();
    }

    @Override
    public int size() {
        return heads.length;
    }

    @Override
    public Triple get(int index) {
        return new Triple(heads[index], relations[index], tails[index]);
    }

    public int head(int index) {
        return heads[index];
    }

    public int relation(int index) {
        return relations[index];
    }

    public int tail(int index) {
        return tails[index];
    }

    /// {@return a copy of the column of heads}
    public int[] heads() {
        return heads.clone();
    }

    /// {@return a copy of the column of relations}
    public int[] relations() {
        return relations.clone();
    }

    /// {@return a copy of the column of tails}
    public int[] tails() {
        return tails.clone();
    }

    /// Collects triples one by one.
    public static final class Builder {
        private int[] heads = new int[1024];
        private int[] relations = new int[1024];
        private int[] tails = new int[1024];
        private int size;

        public Builder add(int head, int relation, int tail) {
            if (head < 0 || relation < 0 || tail < 0) {
                throw new IllegalArgumentException("the triple (%d, %d, %d) has a negative number; numbers count from 0"
                        .formatted(head, relation, tail));
            }
            if (size == heads.length) {
                int room = Math.addExact(size, size / 2);
                heads = Arrays.copyOf(heads, room);
                relations = Arrays.copyOf(relations, room);
                tails = Arrays.copyOf(tails, room);
            }
            heads[size] = head;
            relations[size] = relation;
            tails[size] = tail;
            size++;
            return this;
        }

        public Triples build() {
            return new Triples(Arrays.copyOf(heads, size), Arrays.copyOf(relations, size), Arrays.copyOf(tails, size));
        }
    }
}
