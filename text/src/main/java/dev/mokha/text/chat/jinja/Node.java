package dev.mokha.text.chat.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A statement; `at` is its offset in the source.
sealed interface Node {
    int at();

    record Data(String text, int at) implements Node {}

    record Output(Expr value, int at) implements Node {}

    record If(List<Branch> branches, List<Node> otherwise, int at) implements Node {}

    record Branch(Expr test, List<Node> body) {}

    record For(Target target, Expr items, @Nullable Expr filter, List<Node> body, List<Node> otherwise, int at)
            implements Node {}

    record SetValue(Target target, Expr value, int at) implements Node {}

    record SetBlock(Target target, List<Expr.Filter> filters, List<Node> body, int at) implements Node {}

    record DefineMacro(Macro macro, int at) implements Node {}

    record CallBlock(Expr.Call call, Macro caller, int at) implements Node {}

    record FilterBlock(List<Expr.Filter> filters, List<Node> body, int at) implements Node {}

    record With(List<SetValue> values, List<Node> body, int at) implements Node {}

    /// `{% generation %}`: what the assistant wrote, marked for the loss.
    record Generation(List<Node> body, int at) implements Node {}

    record Break(int at) implements Node {}

    record Continue(int at) implements Node {}

    /// @param open whether the body mentions `varargs` or `kwargs`, and so takes arguments beyond its parameters
    record Macro(String name, List<Parameter> parameters, List<Node> body, boolean open) {}

    record Parameter(String name, @Nullable Expr otherwise) {}

    /// What an assignment writes to.
    sealed interface Target {
        record Name(String id) implements Target {}

        record Tuple(List<Target> targets) implements Target {}

        record Attribute(String namespace, String name) implements Target {}
    }
}
