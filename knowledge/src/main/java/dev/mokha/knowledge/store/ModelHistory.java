package dev.mokha.knowledge.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// How the models of a store came along: what each snapshot took to learn, and the figures on tests. What
/// is written belongs to the transaction that is open, as with [ModelStore].
public final class ModelHistory {
    private final Supplier<Database> database; // a new store's changes with its first snapshot

    ModelHistory(Supplier<Database> database) {
        this.database = database;
    }

    /// {@return what each snapshot took to learn, in order}
    public List<LearnedSnapshot> learned(StoredModel model) {
        var learned = new ArrayList<LearnedSnapshot>();
        database.get()
                .query(
                        row -> learned.add(new LearnedSnapshot(
                                row.getInt(1),
                                row.getLong(2),
                                row.getInt(3),
                                row.getInt(4),
                                row.getInt(5),
                                row.getDouble(6),
                                row.getLong(7))),
                        "select snapshot, facts, new_entities, entities, epochs, seconds, bytes from learned where"
                                + " model = ? order by snapshot",
                        model.id());
        return learned;
    }

    /// Notes what a snapshot took.
    public void add(StoredModel model, LearnedSnapshot learned) {
        database.get()
                .update(
                        "insert or replace into learned(model, snapshot, facts, new_entities, entities, epochs,"
                                + " seconds, bytes) values(?, ?, ?, ?, ?, ?, ?, ?)",
                        model.id(),
                        learned.snapshot(),
                        learned.facts(),
                        learned.newEntities(),
                        learned.entities(),
                        learned.epochs(),
                        learned.seconds(),
                        learned.bytes());
    }

    /// {@return a model's figures, by what it had learned and by test}
    public List<StoredFigure> figures(StoredModel model) {
        var figures = new ArrayList<StoredFigure>();
        database.get()
                .query(
                        row -> figures.add(new StoredFigure(
                                row.getInt(1),
                                row.getInt(2),
                                StoredFigure.Moment.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
                                StoredFigure.Among.valueOf(row.getString(4).toUpperCase(Locale.ROOT)),
                                row.getLong(5),
                                row.getInt(6),
                                row.getDouble(7),
                                row.getDouble(8),
                                row.getDouble(9),
                                row.getDouble(10),
                                row.getDouble(11),
                                row.getDouble(12))),
                        "select learned, test, moment, among, count, candidates, mr, mrr, hits1, hits3, hits5, hits10"
                                + " from figure where model = ? order by learned, test, moment, among",
                        model.id());
        return figures;
    }

    /// Notes how a model did.
    public void add(StoredModel model, StoredFigure figure) {
        database.get()
                .update(
                        "insert or replace into figure(model, learned, test, moment, among, count, candidates, mr,"
                                + " mrr, hits1, hits3, hits5, hits10) values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        model.id(),
                        figure.learned(),
                        figure.test(),
                        figure.moment().name().toLowerCase(Locale.ROOT),
                        figure.among().name().toLowerCase(Locale.ROOT),
                        figure.count(),
                        figure.candidates(),
                        figure.mr(),
                        figure.mrr(),
                        figure.hits1(),
                        figure.hits3(),
                        figure.hits5(),
                        figure.hits10());
    }
}
