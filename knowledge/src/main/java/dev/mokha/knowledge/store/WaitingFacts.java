package dev.mokha.knowledge.store;

import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Facts of a snapshot that are to be written, many with one statement.
final class WaitingFacts {
    private static final String INSERT = "insert or ignore into fact(head, relation, tail, split, first, source, line)";
    private static final int COLUMNS = 7;

    private final Database database;
    private final List<Row> rows = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();
    private long last; // the id of the fact written last

    /// A fact by names and numbers.
    record Row(Fact fact, Split split, int head, int relation, int tail) {}

    WaitingFacts(Database database) {
        this.database = database;
        this.last = database.number(0, "select coalesce(max(id), 0) from fact");
    }

    /// @param place snapshot, source and line
    /// @return whether there are so many now that they should be written
    boolean add(Row row, List<Object> place) {
        rows.add(row);
        values.addAll(
                List.of(row.head(), row.relation(), row.tail(), row.split().number()));
        values.addAll(place);
        return rows.size() == Database.TOGETHER;
    }

    /// Writes them; {@return those that did not hold already, in their order}
    List<Row> write() {
        int written = database.insert(INSERT, COLUMNS, values);
        List<Row> fresh = written == rows.size() ? List.copyOf(rows) : chosen(written());
        last += written;
        rows.clear();
        values.clear();
        return fresh;
    }

    /// Ids grow by one, and what held already takes none: so what was written is behind the last, in its
    /// order.
    private BitSet written() {
        var places = new BitSet();
        database.query(
                row -> {
                    int place = places.length();
                    while (!is(rows.get(place), row.getInt(1), row.getInt(2), row.getInt(3))) {
                        place++;
                    }
                    places.set(place);
                },
                "select head, relation, tail from fact where id > ? order by id",
                last);
        return places;
    }

    private static boolean is(Row row, int head, int relation, int tail) {
        return row.head() == head && row.relation() == relation && row.tail() == tail;
    }

    private List<Row> chosen(BitSet places) {
        return places.stream().mapToObj(rows::get).toList();
    }
}
