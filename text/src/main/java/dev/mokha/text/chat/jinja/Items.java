package dev.mokha.text.chat.jinja;

import java.util.ArrayList;
import java.util.List;

/// A list, a tuple, or another of Python's sequences and iterators.
final class Items implements Value {
    enum Kind {
        LIST("list"),
        TUPLE("tuple"),
        RANGE("range"),
        /// `dict.items()` and its kin: may be walked again, but not indexed.
        VIEW("dict view"),
        /// What `map` and `select` give: always true, without a length, empty once walked.
        GENERATOR("generator");

        private final String python;

        Kind(String python) {
            this.python = python;
        }

        String python() {
            return python;
        }
    }

    private final Kind kind;
    private final List<Value> values;
    private boolean walked;

    Items(Kind kind, List<Value> values) {
        this.kind = kind;
        this.values = values;
    }

    static Items list(List<Value> values) {
        return new Items(Kind.LIST, values);
    }

    static Items tuple(List<Value> values) {
        return new Items(Kind.TUPLE, values);
    }

    Kind kind() {
        return kind;
    }

    List<Value> values() {
        return values;
    }

    boolean indexed() {
        return kind == Kind.LIST || kind == Kind.TUPLE || kind == Kind.RANGE;
    }

    /// {@return the items as they are now}
    List<Value> walk() {
        if (kind == Kind.GENERATOR) {
            List<Value> rest = walked ? List.of() : values;
            walked = true;
            return rest;
        }
        return kind == Kind.LIST ? new ArrayList<>(values) : values;
    }

    /// Adds to the end of a list.
    void append(Value value) {
        values.add(value);
    }
}
