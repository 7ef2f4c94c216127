package dev.mokha.knowledge.store;

import dev.mokha.knowledge.triples.Split;
import dev.mokha.knowledge.triples.Triples;
import java.util.HashSet;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/// Facts around a few entities or drawn from all, found by index: the cost is that of what is found,
/// whatever else the graph has.
public final class Surroundings {
    /// So many times is drawn for each fact that is wanted, before there seem to be too few.
    private static final int DRAWS = 20;

    private final Supplier<Database> database; // a new store's changes with its first snapshot

    Surroundings(Supplier<Database> database) {
        this.database = database;
    }

    /// Which facts count.
    ///
    /// @param until those that held in this snapshot; [#NOW] for those that hold
    /// @param validation whether those that a model is chosen by count too
    public record Which(int until, boolean validation) {
        /// The snapshot that is the last.
        public static final int NOW = Integer.MAX_VALUE;

        /// All facts that hold now.
        public static final Which ALL = new Which(NOW, true);
    }

    /// Says which tails are known for a head and a relation.
    public void tails(int head, int relation, Which which, IntConsumer tails) {
        known("tail", "head = ? and relation = ?", head, relation, which, tails);
    }

    /// Says which heads are known for a relation and a tail.
    public void heads(int relation, int tail, Which which, IntConsumer heads) {
        known("head", "tail = ? and relation = ?", tail, relation, which, heads);
    }

    // A column that no condition needs is not read: then the index alone answers.
    private void known(String side, String where, int entity, int relation, Which which, IntConsumer sink) {
        String of = "select " + side + " from fact where " + where;
        String use = which.validation ? "" : " and split <> " + Split.VALID.number();
        if (which.until == Which.NOW) {
            database.get().query(row -> sink.accept(row.getInt(1)), of + " and gone is null" + use, entity, relation);
            return;
        }
        database.get()
                .query(
                        row -> sink.accept(row.getInt(1)),
                        of + " and gone is null and first <= ?" + use,
                        entity,
                        relation,
                        which.until);
        database.get()
                .query(
                        row -> sink.accept(row.getInt(1)),
                        of + " and gone is not null and first <= ? and gone > ?" + use,
                        entity,
                        relation,
                        which.until,
                        which.until);
    }

    /// {@return the facts of one use that a snapshot brought and that held in a later one, or in itself}
    public Triples came(Split split, int snapshot, int until) {
        var facts = new Triples.Builder();
        database.get()
                .query(
                        row -> facts.add(row.getInt(1), row.getInt(2), row.getInt(3)),
                        "select head, relation, tail from fact where split = ? and first = ? and (gone is null or gone"
                                + " > ?) order by id",
                        split.number(),
                        snapshot,
                        until);
        return facts.build();
    }

    /// {@return the facts of one use that a snapshot ended and that earlier ones had brought}
    public Triples ended(Split split, int snapshot) {
        var facts = new Triples.Builder();
        database.get()
                .query(
                        row -> facts.add(row.getInt(1), row.getInt(2), row.getInt(3)),
                        "select head, relation, tail from fact where gone = ? and split = ? and first < gone order by"
                                + " id",
                        snapshot,
                        split.number());
        return facts.build();
    }

    /// {@return whether a fact holds, for whatever use}
    public boolean holds(int head, int relation, int tail) {
        return database.get()
                        .number(
                                -1,
                                "select 1 from fact where head = ? and relation = ? and tail = ? and gone is null",
                                head,
                                relation,
                                tail)
                == 1;
    }

    /// {@return at most so many facts to learn from that came up to a snapshot, with this entity as head or
    /// tail}
    public Triples learned(int entity, int snapshot, int most) {
        var facts = new Triples.Builder();
        // two questions, each by its index; a fact from an entity to itself is found by the first
        String which = " and gone is null and split = " + Split.TRAIN.number() + " and first <= ? limit ?";
        for (String side : new String[] {"head = ?", "tail = ? and head <> tail"}) {
            database.get()
                    .query(
                            row -> facts.add(row.getInt(1), row.getInt(2), row.getInt(3)),
                            "select head, relation, tail from fact where " + side + which,
                            entity,
                            snapshot,
                            most);
        }
        Triples found = facts.build();
        if (found.size() <= most) {
            return found;
        }
        var kept = new Triples.Builder();
        for (int i = 0; i < most; i++) {
            kept.add(found.head(i), found.relation(i), found.tail(i));
        }
        return kept.build();
    }

    /// {@return whether a relation has a fact to learn from that came up to a snapshot}
    public boolean used(int relation, int snapshot) {
        return database.get()
                        .number(
                                -1,
                                "select 1 from fact where relation = ? and gone is null and split = "
                                        + Split.TRAIN.number() + " and first <= ? limit 1",
                                relation,
                                snapshot)
                == 1;
    }

    /// A fact that was drawn, and the snapshot that brought it.
    @FunctionalInterface
    public interface Drawn {
        void fact(int head, int relation, int tail, int since);
    }

    /// Draws facts of one use that hold now and came before a snapshot, each at most once; all of them
    /// where they are no more than wanted.
    ///
    /// @return how many were found
    public int draw(Split split, int before, int wanted, SplittableRandom random, Drawn sink) {
        long last = database.get().number(0, "select coalesce(max(id), 0) from fact");
        String one = "select head, relation, tail, first from fact where gone is null and split = " + split.number()
                + " and first < ? and id = ?";
        long all = count(split, before, wanted);
        if (all <= wanted) {
            database.get()
                    .query(
                            row -> sink.fact(row.getInt(1), row.getInt(2), row.getInt(3), row.getInt(4)),
                            "select head, relation, tail, first from fact where gone is null and first < ? and split = "
                                    + split.number() + " order by id",
                            before);
            return (int) all;
        }
        var seen = new HashSet<Long>();
        int[] found = new int[1];
        for (long i = 0; i < (long) wanted * DRAWS && found[0] < wanted; i++) {
            long id = 1 + random.nextLong(last);
            if (seen.add(id)) {
                database.get()
                        .query(
                                row -> {
                                    sink.fact(row.getInt(1), row.getInt(2), row.getInt(3), row.getInt(4));
                                    found[0]++;
                                },
                                one,
                                before,
                                id);
            }
        }
        return found[0];
    }

    /// {@return how many there are, or one more than `most` when there are more}
    private long count(Split split, int before, int most) {
        return database.get()
                .number(
                        0,
                        "select count(*) from (select 1 from fact where gone is null and first < ? and split = "
                                + split.number() + " limit ?)",
                        before,
                        most + 1);
    }
}
