package dev.mokha.knowledge.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Numbers of names while writing: the table on disk, with as many in memory as a quarter of it holds.
final class NameTable {
    private final Database database;
    private final String table;
    private final PackedNames names = new PackedNames(Runtime.getRuntime().maxMemory() / 4);
    private final List<Object> waiting = new ArrayList<>(); // to be written, numbers and names
    private boolean whole; // all names are in memory
    private int size;

    NameTable(Database database, String table) {
        this.database = database;
        this.table = table;
        this.size = (int) database.number(0, "select coalesce(max(id), -1) + 1 from " + table); // counting reads all
        this.whole = size == 0;
    }

    int size() {
        return size;
    }

    /// {@return the number of this name, or -1}
    int known(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int number = names.find(bytes);
        if (number >= 0 || whole) {
            return number;
        }
        flush();
        int stored = (int) database.number(-1, "select id from " + table + " where name = ?", name);
        if (stored >= 0) {
            names.add(bytes, stored);
        }
        return stored;
    }

    /// {@return the number of this name, the next one when it is new}
    int number(String name) {
        int number = known(name);
        if (number < 0) {
            number = size++;
            whole &= names.add(name.getBytes(StandardCharsets.UTF_8), number);
            waiting.add(number);
            waiting.add(name);
            if (waiting.size() == 2 * Database.TOGETHER) {
                flush();
            }
        }
        return number;
    }

    /// Writes the names that wait.
    void flush() {
        if (waiting.isEmpty()) {
            return;
        }
        database.insert("insert into " + table + "(id, name)", 2, waiting);
        waiting.clear();
    }
}
