package dev.mokha.knowledge.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/// A SQLite file and its prepared statements.
final class Database implements AutoCloseable {
    /// So many rows go into one statement, which takes a third of the time that one by one they take.
    static final int TOGETHER = 64;

    /// So long another writer is waited for.
    private static final int PATIENCE_MILLIS = 500;

    private final Path file;
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    /// Takes the rows of an answer one by one.
    interface Rows {
        void row(ResultSet row) throws SQLException;
    }

    /// What a row means.
    interface Meaning<T> {
        T of(ResultSet row) throws SQLException;
    }

    /// Opens a file that several may read while one writes.
    Database(Path file) {
        this(file, shared());
    }

    private static SQLiteConfig shared() {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL); // readers go on while a snapshot is written
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL); // a snapshot survives a power cut
        return config;
    }

    /// Opens a file that nobody else knows, and that is thrown away when something fails: there is nothing
    /// to keep safe while it is written.
    static Database unshared(Path file) {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.MEMORY);
        config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
        config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
        return new Database(file, config);
    }

    /// {@return whether somebody has this file open as one that nobody else knows}
    static boolean isBeingWritten(Path file) {
        var config = new SQLiteConfig();
        config.setBusyTimeout(0);
        try (Connection connection = config.createConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute("begin immediate");
            return false;
        } catch (SQLException e) {
            return isBusy(e);
        }
    }

    private Database(Path file, SQLiteConfig config) {
        this.file = file;
        config.setBusyTimeout(PATIENCE_MILLIS);
        config.setCacheSize(-64 * 1024); // KiB
        try {
            this.connection = config.createConnection("jdbc:sqlite:" + file);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /// Does work in one transaction: all of it, or nothing where it fails.
    void atomically(Runnable work) {
        update("begin immediate");
        boolean done = false;
        try {
            work.run();
            update("commit");
            done = true;
        } finally {
            if (!done) {
                update("rollback");
            }
        }
    }

    /// Runs a statement; {@return how many rows it changed}
    int update(String sql, Object... values) {
        try {
            return bound(sql, values).executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /// Writes rows with few statements.
    ///
    /// @param into such as `insert into entity(id, name)`
    /// @param columns so many values make a row
    /// @return how many rows were written
    int insert(String into, int columns, List<Object> values) {
        String row = "(?" + ", ?".repeat(columns - 1) + ")";
        int rows = values.size() / columns;
        int written = 0;
        int together;
        for (int from = 0; from < rows; from += together) {
            // Powers of two, so that there are few statements to prepare.
            together = Math.min(TOGETHER, Integer.highestOneBit(rows - from));
            written += update(
                    into + " values" + row + ("," + row).repeat(together - 1),
                    values.subList(columns * from, columns * (from + together)).toArray());
        }
        return written;
    }

    void query(Rows rows, String sql, Object... values) {
        try (ResultSet answer = bound(sql, values).executeQuery()) {
            while (answer.next()) {
                rows.row(answer);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /// Says what rows mean, one by one; a row that cannot mean anything is damage.
    <T> void query(Meaning<T> meaning, Consumer<T> consumer, String sql, Object... values) {
        query(
                row -> {
                    T said;
                    try {
                        said = meaning.of(row);
                    } catch (RuntimeException e) {
                        throw damaged(e);
                    }
                    consumer.accept(said);
                },
                sql,
                values);
    }

    /// {@return the number in the first row, or `absent` when there is no row}
    long number(long absent, String sql, Object... values) {
        try (ResultSet answer = bound(sql, values).executeQuery()) {
            return answer.next() ? answer.getLong(1) : absent;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    // Statements live as long as the connection, which closes them.
    private PreparedStatement bound(String sql, Object... values) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < values.length; i++) {
            switch (values[i]) {
                case String text -> statement.setString(i + 1, text);
                case Integer number -> statement.setInt(i + 1, number);
                case Long number -> statement.setLong(i + 1, number);
                case Double number -> statement.setDouble(i + 1, number);
                case byte[] bytes -> statement.setBytes(i + 1, bytes);
                default -> throw new IllegalArgumentException("a " + values[i].getClass() + " is no value of a column");
            }
        }
        return statement;
    }

    private static boolean isBusy(SQLException e) {
        int code = e.getErrorCode() & 0xff;
        return code == SQLiteErrorCode.SQLITE_BUSY.code || code == SQLiteErrorCode.SQLITE_LOCKED.code;
    }

    private StoreException damaged(Exception e) {
        return new StoreException(file + " is no graph of Mokha, or is damaged; name another file as --store", e);
    }

    private StoreException failed(SQLException e) {
        int code = e.getErrorCode() & 0xff;
        if (isBusy(e)) {
            return new StoreException(
                    file + " is being written by another process; wait until it is done, or stop it, and try again", e);
        }
        if (code == SQLiteErrorCode.SQLITE_NOTADB.code || code == SQLiteErrorCode.SQLITE_CORRUPT.code) {
            return damaged(e);
        }
        if (code == SQLiteErrorCode.SQLITE_CANTOPEN.code) {
            return new StoreException(file + " cannot be opened; is its folder there, and may it be written?", e);
        }
        return new StoreException(file + ": " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
