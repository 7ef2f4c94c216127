package dev.mokha.text.grammar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// What the notations are read into: an expression over characters, with references to rules.
sealed interface Expr {
    /// No upper bound.
    int UNBOUNDED = Integer.MAX_VALUE;

    /// The empty text.
    Expr EMPTY = new Sequence(List.of());

    /// No text at all.
    Expr NEVER = new Choice(List.of());

    /// This very text.
    record Literal(String text) implements Expr {}

    /// One character of a set.
    record Chars(CharSet set) implements Expr {}

    /// One after the other.
    record Sequence(List<Expr> parts) implements Expr {
        /// Copies the list.
        public Sequence {
            parts = List.copyOf(parts);
        }
    }

    /// One of them.
    record Choice(List<Expr> options) implements Expr {
        /// Copies the list.
        public Choice {
            options = List.copyOf(options);
        }
    }

    /// The body, `min` to `max` times.
    record Repeat(Expr body, int min, int max) implements Expr {
        /// Checks the counts.
        public Repeat {
            if (min < 0 || max < min) {
                throw new IllegalArgumentException("cannot repeat from " + min + " to " + max + " times");
            }
        }
    }

    /// A rule by its name.
    record Rule(String name) implements Expr {}

    /// The beginning or the end of the text, as `^` and `$` of a regular expression.
    record Anchor(boolean end) implements Expr {}

    /// A graph with an expression on each edge: from node 0 to a final node.
    final class Graph implements Expr {
        private final List<List<Edge>> nodes = new ArrayList<>();
        private final List<Boolean> finals = new ArrayList<>();

        /// What leads to another node.
        record Edge(Expr label, int to) {}

        int node() {
            return node(false);
        }

        int node(boolean isFinal) {
            nodes.add(new ArrayList<>());
            finals.add(isFinal);
            return nodes.size() - 1;
        }

        void makeFinal(int node) {
            finals.set(node, true);
        }

        void edge(int from, Expr label, int to) {
            nodes.get(from).add(new Edge(label, to));
        }

        int size() {
            return nodes.size();
        }

        boolean isFinal(int node) {
            return finals.get(node);
        }

        List<Edge> edges(int node) {
            return nodes.get(node);
        }

        /// A tree of the words' common beginnings.
        private static Graph tree(List<String> words) {
            var graph = new Graph();
            graph.node();
            var children = new HashMap<List<Integer>, Integer>();
            for (String word : words) {
                int node = 0;
                for (int c : word.codePoints().toArray()) {
                    int from = node;
                    node = children.computeIfAbsent(List.of(from, c), _ -> {
                        int to = graph.node();
                        graph.edge(from, chars(CharSet.of(c)), to);
                        return to;
                    });
                }
                graph.makeFinal(node);
            }
            return graph;
        }
    }

    /// One of these texts.
    static Expr words(List<String> words) {
        return words.size() == 1 ? literal(words.getFirst()) : Graph.tree(words);
    }

    static Expr sequence(Expr... parts) {
        return parts.length == 1 ? parts[0] : new Sequence(List.of(parts));
    }

    static Expr sequence(List<Expr> parts) {
        return parts.size() == 1 ? parts.getFirst() : new Sequence(parts);
    }

    static Expr choice(List<Expr> options) {
        return options.size() == 1 ? options.getFirst() : new Choice(options);
    }

    static Expr choice(Expr... options) {
        return choice(List.of(options));
    }

    static Expr optional(Expr body) {
        return new Repeat(body, 0, 1);
    }

    static Expr star(Expr body) {
        return new Repeat(body, 0, UNBOUNDED);
    }

    static Expr literal(String text) {
        return new Literal(text);
    }

    static Expr chars(CharSet set) {
        return new Chars(set);
    }
}
