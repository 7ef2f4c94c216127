package dev.mokha.knowledge.store;

/// The tables of a store.
///
/// Version 1 held facts, version 2 holds what models learned of them too. A store of version 1 is brought
/// up to version 2 when it is opened, in one transaction.
final class Schema {
    /// `Mokh`: tells our files from other programs' in the header of the file.
    private static final int APPLICATION = 0x4d6f6b68;

    private static final int VERSION = 2;

    // A fact holds from snapshot `first` on, and before snapshot `gone` where that is set.
    private static final String[] FACTS = {
        "create table entity(id integer primary key, name text not null unique)",
        "create table relation(id integer primary key, name text not null unique)",
        "create table source(id integer primary key, file text not null unique)",
        "create table snapshot(id integer primary key, name text not null unique, time text not null,"
                + " added integer not null, removed integer not null, duplicates integer not null,"
                + " entities integer not null, relations integer not null, hash text not null)",
        "create table fact(id integer primary key, head integer not null, relation integer not null,"
                + " tail integer not null, split integer not null, first integer not null, gone integer,"
                + " source integer not null, line integer not null)",
        "create unique index holding on fact(head, relation, tail) where gone is null",
        "create index by_gone on fact(gone) where gone is not null",
        "create table mention(entity integer not null, text text not null, source integer not null,"
                + " line integer not null, first integer not null, primary key(entity, text)) without rowid",
        "create index by_text on mention(text)",
        "create table prefix(name text primary key, iri text not null) without rowid",
    };

    // What is asked of a few entities or of one snapshot is found without looking at the other facts.
    private static final String[] PLACES = {
        "drop index if exists by_tail",
        "create index by_tail on fact(tail, relation, head) where gone is null",
        "create index by_use on fact(split, first)",
        "create index ended_by_head on fact(head, relation) where gone is not null",
        "create index ended_by_tail on fact(tail, relation) where gone is not null",
    };

    // The vector of a row is under `part << 32 | row`, so that the rows of a part lie together: `width` numbers of
    // `bytes` bytes each (8: double, 4: float), little-endian, with nothing between them.
    private static final String[] MODELS = {
        "create table model(id integer primary key, name text not null unique, method text not null,"
                + " settings text not null, learned integer not null, calibration text)",
        "create table part(id integer primary key, model integer not null, name text not null,"
                + " width integer not null, bytes integer not null, unique(model, name))",
        "create table vector(id integer primary key, numbers blob not null)",
        "create table remembered(model integer not null, list text not null, position integer not null,"
                + " head integer not null, relation integer not null, tail integer not null,"
                + " primary key(model, list, position)) without rowid",
        "create table number(model integer not null, name text not null, value real not null,"
                + " primary key(model, name)) without rowid",
        "create table learned(model integer not null, snapshot integer not null, facts integer not null,"
                + " new_entities integer not null, entities integer not null, epochs integer not null,"
                + " seconds real not null, bytes integer not null, primary key(model, snapshot)) without rowid",
        "create table figure(model integer not null, learned integer not null, test integer not null,"
                + " moment text not null, among text not null, count integer not null, candidates integer not null,"
                + " mr real not null, mrr real not null, hits1 real not null, hits3 real not null,"
                + " hits5 real not null, hits10 real not null,"
                + " primary key(model, learned, test, moment, among)) without rowid",
    };

    private Schema() {}

    /// Makes the tables of a new file, brings an old one up to date, or says that it is not ours.
    static void prepare(Database database, Object file) {
        if (database.number(0, "pragma application_id") == APPLICATION) {
            long version = database.number(0, "pragma user_version");
            if (version == 1) {
                database.atomically(() -> upgrade(database));
            } else if (version != VERSION) {
                throw new StoreException(
                        file + " was written in version " + version + " of the format and this Mokha knows 1 to "
                                + VERSION
                                + "; use the Mokha that wrote it, or export it there and import it here");
            }
            return;
        }
        if (database.number(0, "select count(*) from sqlite_schema") > 0) {
            throw new StoreException(file + " belongs to another program; name another file as --store");
        }
        database.atomically(() -> {
            if (database.number(0, "pragma application_id") != APPLICATION) { // nobody was faster
                run(database, FACTS);
                upgrade(database);
                database.update("pragma application_id = " + APPLICATION);
            }
        });
    }

    private static void upgrade(Database database) {
        if (database.number(0, "pragma user_version") < VERSION) {
            run(database, PLACES);
            run(database, MODELS);
            database.update("pragma user_version = " + VERSION);
        }
    }

    private static void run(Database database, String[] statements) {
        for (String statement : statements) {
            database.update(statement);
        }
    }
}
