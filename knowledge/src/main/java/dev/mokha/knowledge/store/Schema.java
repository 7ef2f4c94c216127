package dev.mokha.knowledge.store;

/// The tables of a store.
final class Schema {
    /// `Mokh`: tells our files from other programs' in the header of the file.
    private static final int APPLICATION = 0x4d6f6b68;

    private static final int VERSION = 1;

    // A fact holds from snapshot `first` on, and before snapshot `gone` where that is set.
    private static final String[] TABLES = {
        "create table if not exists entity(id integer primary key, name text not null unique)",
        "create table if not exists relation(id integer primary key, name text not null unique)",
        "create table if not exists source(id integer primary key, file text not null unique)",
        "create table if not exists snapshot(id integer primary key, name text not null unique, time text not null,"
                + " added integer not null, removed integer not null, duplicates integer not null,"
                + " entities integer not null, relations integer not null, hash text not null)",
        "create table if not exists fact(id integer primary key, head integer not null, relation integer not null,"
                + " tail integer not null, split integer not null, first integer not null, gone integer,"
                + " source integer not null, line integer not null)",
        "create unique index if not exists holding on fact(head, relation, tail) where gone is null",
        "create index if not exists by_tail on fact(tail) where gone is null",
        "create index if not exists by_gone on fact(gone) where gone is not null",
        "create table if not exists mention(entity integer not null, text text not null, source integer not null,"
                + " line integer not null, first integer not null, primary key(entity, text)) without rowid",
        "create index if not exists by_text on mention(text)",
        "create table if not exists prefix(name text primary key, iri text not null) without rowid",
        "pragma user_version = " + VERSION,
        "pragma application_id = " + APPLICATION
    };

    private Schema() {}

    /// Makes the tables of a new file, or checks that an old one is ours.
    static void prepare(Database database, Object file) {
        long application = database.number(0, "pragma application_id");
        if (application == APPLICATION) {
            long version = database.number(0, "pragma user_version");
            if (version != VERSION) {
                throw new StoreException(
                        file + " was written in version " + version + " of the format and this Mokha knows " + VERSION
                                + "; use the Mokha that wrote it, or export it there and import it here");
            }
            return;
        }
        if (database.number(0, "select count(*) from sqlite_schema") > 0) {
            throw new StoreException(file + " belongs to another program; name another file as --store");
        }
        database.update("begin immediate");
        for (String statement : TABLES) {
            database.update(statement);
        }
        database.update("commit");
    }
}
