package dev.mokha.text.chat.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An expression; `at` is its offset in the source.
sealed interface Expr {
    int at();

    record Literal(Value value, int at) implements Expr {}

    record Name(String id, int at) implements Expr {}

    record ListOf(List<Expr> items, int at) implements Expr {}

    record TupleOf(List<Expr> items, int at) implements Expr {}

    record DictOf(List<Pair> pairs, int at) implements Expr {}

    record Pair(Expr key, Expr value) {}

    record Attribute(Expr target, String name, int at) implements Expr {}

    record Item(Expr target, Expr key, int at) implements Expr {}

    record Slice(
            Expr target,
            @Nullable Expr from,
            @Nullable Expr to,
            @Nullable Expr step,
            int at) implements Expr {}

    record Call(Expr callee, Arguments arguments, int at) implements Expr {}

    record Filtered(Expr target, Filter filter, int at) implements Expr {}

    record Tested(Expr target, String test, Arguments arguments, int at) implements Expr {}

    record Unary(char operator, Expr operand, int at) implements Expr {}

    record Not(Expr operand, int at) implements Expr {}

    record Binary(String operator, Expr left, Expr right, int at) implements Expr {}

    record And(Expr left, Expr right, int at) implements Expr {}

    record Or(Expr left, Expr right, int at) implements Expr {}

    record Comparison(Expr first, List<Against> rest, int at) implements Expr {}

    record Against(String operator, Expr operand) {}

    record Concat(List<Expr> parts, int at) implements Expr {}

    record Conditional(Expr test, Expr then, @Nullable Expr otherwise, int at) implements Expr {}

    /// A filter by name, with its arguments.
    record Filter(String name, Arguments arguments, int at) {}

    /// The arguments of a call.
    ///
    /// @param rest `*rest`, more positional arguments, or null
    /// @param namedRest `**rest`, more named arguments, or null
    record Arguments(
            List<Expr> positional,
            List<Keyword> named,
            @Nullable Expr rest,
            @Nullable Expr namedRest) {
        static final Arguments NONE = new Arguments(List.of(), List.of(), null, null);
    }

    record Keyword(String name, Expr value) {}
}
