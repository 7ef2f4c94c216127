package dev.mokha.text.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/// A deterministic automaton over characters: for texts that have to fit several expressions at once, or one
/// and not another. Its edges from one state are disjoint; a character without an edge is refused.
final class CharDfa {
    private final List<List<Edge>> states;
    private final List<Boolean> finals;

    /// What leads to another state.
    record Edge(CharSet set, int to) {}

    private CharDfa(List<List<Edge>> states, List<Boolean> finals) {
        this.states = states;
        this.finals = finals;
    }

    /// Builds the automaton whose states are values: from `start`, each with its edges, in the order in
    /// which they are met.
    ///
    /// @param edges where a value leads, by disjoint sets; may hold empty sets, which are dropped
    static <S> CharDfa build(
            S start, Function<S, Map<CharSet, S>> edges, Predicate<S> isFinal, String what, Budget budget) {
        var ids = new HashMap<S, Integer>();
        var order = new ArrayList<S>();
        ids.put(start, 0);
        order.add(start);
        var states = new ArrayList<List<Edge>>();
        var finals = new ArrayList<Boolean>();
        for (int i = 0; i < order.size(); i++) {
            budget.states(order.size(), what);
            var from = new ArrayList<Edge>();
            edges.apply(order.get(i)).forEach((set, to) -> {
                if (!set.isEmpty()) {
                    Integer id = ids.get(to);
                    if (id == null) {
                        id = order.size();
                        ids.put(to, id);
                        order.add(to);
                    }
                    from.add(new Edge(set, id));
                }
            });
            states.add(from);
            finals.add(isFinal.test(order.get(i)));
        }
        return new CharDfa(states, finals);
    }

    /// The texts of an expression without rules.
    static CharDfa of(Expr expr, String what, Budget budget) {
        var nfa = new CharNfa(expr, what, budget);
        return build(nfa.start(), nfa::edges, nfa::isFinal, what, budget);
    }

    private record Pair(int one, int other) {}

    /// The texts that are in both.
    CharDfa and(CharDfa other, String what, Budget budget) {
        return build(
                new Pair(0, 0),
                pair -> {
                    var out = new HashMap<CharSet, Pair>();
                    for (Edge edge : states.get(pair.one)) {
                        for (Edge otherEdge : other.states.get(pair.other)) {
                            out.put(edge.set.and(otherEdge.set), new Pair(edge.to, otherEdge.to));
                        }
                    }
                    return out;
                },
                pair -> finals.get(pair.one) && other.finals.get(pair.other),
                what,
                budget);
    }

    /// The texts that are in this one and not in the other.
    CharDfa minus(CharDfa other, String what, Budget budget) {
        int none = -1;
        return build(
                new Pair(0, 0),
                pair -> {
                    var out = new HashMap<CharSet, Pair>();
                    for (Edge edge : states.get(pair.one)) {
                        CharSet rest = edge.set;
                        for (Edge otherEdge : pair.other == none ? List.<Edge>of() : other.states.get(pair.other)) {
                            out.put(edge.set.and(otherEdge.set), new Pair(edge.to, otherEdge.to));
                            rest = rest.minus(otherEdge.set);
                        }
                        out.put(rest, new Pair(edge.to, none));
                    }
                    return out;
                },
                pair -> finals.get(pair.one) && (pair.other == none || !other.finals.get(pair.other)),
                what,
                budget);
    }

    /// The texts of so many characters.
    CharDfa ofLength(int min, int max, String what, Budget budget) {
        int last = max == Expr.UNBOUNDED ? min : max + 1;
        return build(
                new Pair(0, 0),
                pair -> {
                    var out = new HashMap<CharSet, Pair>();
                    for (Edge edge : states.get(pair.one)) {
                        if (pair.other < last || max == Expr.UNBOUNDED) {
                            out.merge(edge.set, new Pair(edge.to, Math.min(pair.other + 1, last)), (one, _) -> one);
                        }
                    }
                    return out;
                },
                pair -> finals.get(pair.one) && pair.other >= min && pair.other <= max,
                what,
                budget);
    }

    /// {@return whether there is no text at all}
    boolean isEmpty() {
        var seen = new boolean[states.size()];
        var work = new ArrayDeque<Integer>();
        work.add(0);
        while (!work.isEmpty()) {
            int state = work.pop();
            if (finals.get(state)) {
                return false;
            }
            for (Edge edge : states.get(state)) {
                if (!seen[edge.to]) {
                    seen[edge.to] = true;
                    work.add(edge.to);
                }
            }
        }
        return true;
    }

    boolean contains(String text) {
        int state = 0;
        for (int c : text.codePoints().toArray()) {
            int to = -1;
            for (Edge edge : states.get(state)) {
                if (edge.set.contains(c)) {
                    to = edge.to;
                    break;
                }
            }
            if (to < 0) {
                return false;
            }
            state = to;
        }
        return finals.get(state);
    }

    /// {@return the same texts as an expression, each character written by `character`}
    Expr toExpr(Function<CharSet, Expr> character) {
        var graph = new Expr.Graph();
        for (boolean isFinal : finals) {
            graph.node(isFinal);
        }
        for (int state = 0; state < states.size(); state++) {
            var joined = new HashMap<Integer, CharSet>();
            for (Edge edge : states.get(state)) {
                joined.merge(edge.to, edge.set, CharSet::or);
            }
            for (int to : new TreeSet<>(joined.keySet())) {
                graph.edge(state, character.apply(joined.getOrDefault(to, CharSet.NONE)), to);
            }
        }
        return graph;
    }
}
