package dev.mokha.text.chat.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/// What an expression can be: Python's plain values, and nothing of the host.
sealed interface Value
        permits Value.Text,
                Value.Int,
                Value.Real,
                Value.Bool,
                Value.None,
                Value.Undefined,
                Value.Function,
                Value.Namespace,
                Items,
                Dict,
                Loop {
    /// A string.
    ///
    /// @param markup whether `safe` or `escape` made it; what `+` and `%` join to it is then escaped, as in Jinja
    record Text(String text, boolean markup) implements Value {
        Text(String text) {
            this(text, false);
        }

        Text with(String other) {
            return new Text(other, markup);
        }

        /// {@return the text as markup}
        String escaped() {
            return markup
                    ? text
                    : text.replace("&", "&amp;")
                            .replace(">", "&gt;")
                            .replace("<", "&lt;")
                            .replace("'", "&#39;")
                            .replace("\"", "&#34;");
        }
    }

    record Int(long value) implements Value {}

    record Real(double value) implements Value {}

    enum Bool implements Value {
        FALSE,
        TRUE;

        static Bool of(boolean value) {
            return value ? TRUE : FALSE;
        }
    }

    enum None implements Value {
        NONE
    }

    /// A name or attribute that is not there: prints nothing, iterates over nothing, is false; any other use is an
    /// error.
    record Undefined(String reason) implements Value {}

    /// A macro, a global function or a method bound to its value.
    record Function(String name, Body body) implements Value {
        interface Body {
            Value call(Args args);
        }
    }

    /// The only thing whose attributes a template may set.
    final class Namespace implements Value {
        private final Map<String, Value> attributes = new LinkedHashMap<>();

        Map<String, Value> attributes() {
            return attributes;
        }
    }

    /// {@return Python's truth of it}
    default boolean truth() {
        return switch (this) {
            case Text t -> !t.text().isEmpty();
            case Int i -> i.value() != 0;
            case Real r -> r.value() != 0;
            case Bool b -> b == Bool.TRUE;
            case None _, Undefined _ -> false;
            case Items items ->
                items.kind() == Items.Kind.GENERATOR || !items.values().isEmpty();
            case Dict dict -> !dict.isEmpty();
            case Function _, Namespace _, Loop _ -> true;
        };
    }

    /// {@return the name of its type in Python, for messages}
    default String type() {
        return switch (this) {
            case Text _ -> "str";
            case Int _ -> "int";
            case Real _ -> "float";
            case Bool _ -> "bool";
            case None _ -> "NoneType";
            case Undefined _ -> "Undefined";
            case Items items -> items.kind().python();
            case Dict _ -> "dict";
            case Function _ -> "function";
            case Namespace _ -> "Namespace";
            case Loop _ -> "LoopContext";
        };
    }
}
