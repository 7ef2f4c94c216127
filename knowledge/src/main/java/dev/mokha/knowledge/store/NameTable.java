package dev.mokha.knowledge.store;

import java.util.LinkedHashMap;
import java.util.Map;

/// Numbers of names while writing: the table on disk, with those used last in memory.
final class NameTable {
    private static final int REMEMBERED = 1 << 17;

    private final Database database;
    private final String table;
    private final Map<String, Integer> recent = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > REMEMBERED;
        }
    };
    private int size;

    NameTable(Database database, String table) {
        this.database = database;
        this.table = table;
        this.size = (int) database.number(0, "select count(*) from " + table);
    }

    int size() {
        return size;
    }

    /// {@return the number of this name, or -1}
    int known(String name) {
        Integer number = recent.get(name);
        return number != null ? number : (int) database.number(-1, "select id from " + table + " where name = ?", name);
    }

    /// {@return the number of this name, the next one when it is new}
    int number(String name) {
        int number = known(name);
        if (number < 0) {
            number = size++;
            database.update("insert into " + table + "(id, name) values(?, ?)", number, name);
        }
        recent.put(name, number);
        return number;
    }
}
