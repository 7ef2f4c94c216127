package dev.mokha.language.task;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What becomes of a row that cannot be used: it ends the reading, which is the rule, or it is left out and
/// counted.
public final class BadRows {
    private static final int KEPT = 20;

    private final boolean skip;
    private final List<String> first = new ArrayList<>();
    private long count;

    private BadRows(boolean skip) {
        this.skip = skip;
    }

    /// {@return a reading that the first bad row ends}
    public static BadRows stop() {
        return new BadRows(false);
    }

    /// {@return a reading that leaves bad rows out}
    public static BadRows skip() {
        return new BadRows(true);
    }

    /// {@return what `use` makes of a row; null when it is bad and to be left out}
    public <T> @Nullable T attempt(Supplier<T> use) {
        try {
            return use.get();
        } catch (TaskDataException e) {
            found(e);
            return null;
        }
    }

    void found(TaskDataException bad) {
        if (!skip) {
            throw bad;
        }
        count++;
        if (first.size() < KEPT) {
            first.add(String.valueOf(bad.getMessage()));
        }
    }

    /// {@return how many rows were left out}
    public long count() {
        return count;
    }

    /// {@return what was wrong with the first of them}
    public List<String> first() {
        return List.copyOf(first);
    }
}
