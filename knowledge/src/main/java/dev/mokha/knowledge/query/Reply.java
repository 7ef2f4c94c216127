package dev.mokha.knowledge.query;

import java.util.List;
import java.util.Locale;

/// What a question is answered with: an answer, that a name is not there, or that nothing is known.
///
/// @param <T> what an answer is
public sealed interface Reply<T> {
    /// An answer.
    record Known<T>(T answer) implements Reply<T> {}

    /// A name that the graph does not have.
    ///
    /// @param near names that look like it, the nearest first; often none
    record Unknown<T>(Kind kind, String name, List<String> near) implements Reply<T> {
        public Unknown {
            near = List.copyOf(near);
        }
    }

    /// A name that the graph has, and of which nothing is known that an answer could rest on.
    ///
    /// @param why in words, such as `no fact holds`
    record Nothing<T>(Kind kind, String name, String why) implements Reply<T> {}

    /// What a name names.
    enum Kind {
        ENTITY,
        RELATION;

        /// {@return the word for it}
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
