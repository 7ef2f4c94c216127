package dev.mokha.text.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// An expression without rules as a nondeterministic automaton over characters, its repetitions written out
/// ([Thompson 1968](https://doi.org/10.1145/363347.363387)); its sets of states are the states of a
/// {@link CharDfa}.
final class CharNfa {
    private final List<CharSet> read = new ArrayList<>(); // by state; empty when nothing is read
    private final List<int[]> to = new ArrayList<>();
    private final List<CharSet> classes;
    private final int first;
    private final int last;
    private final String what;
    private final Budget budget;

    CharNfa(Expr expr, String what, Budget budget) {
        this.what = what;
        this.budget = budget;
        this.last = state(CharSet.NONE);
        this.first = before(expr, last);
        this.classes = classes();
    }

    private int state(CharSet set, int... next) {
        budget.states(read.size() / 4, what);
        read.add(set);
        to.add(next);
        return read.size() - 1;
    }

    /// Adds an expression in front of a state.
    private int before(Expr expr, int next) {
        return switch (expr) {
            case Expr.Literal(String text) -> {
                int at = next;
                int[] characters = text.codePoints().toArray();
                for (int i = characters.length - 1; i >= 0; i--) {
                    at = state(CharSet.of(characters[i]), at);
                }
                yield at;
            }
            case Expr.Chars(CharSet set) -> state(set, next);
            case Expr.Sequence(List<Expr> parts) -> {
                int at = next;
                for (Expr part : parts.reversed()) {
                    at = before(part, at);
                }
                yield at;
            }
            case Expr.Choice(List<Expr> options) ->
                state(
                        CharSet.NONE,
                        options.stream()
                                .mapToInt(option -> before(option, next))
                                .toArray());
            case Expr.Repeat(Expr body, int min, int max) -> {
                int at = next;
                if (max == Expr.UNBOUNDED) {
                    int loop = state(CharSet.NONE);
                    to.set(loop, new int[] {before(body, loop), next});
                    at = loop;
                } else {
                    for (int i = min; i < max; i++) {
                        at = state(CharSet.NONE, before(body, at), next);
                    }
                }
                for (int i = 0; i < min; i++) {
                    at = before(body, at);
                }
                yield at;
            }
            case Expr.Graph graph -> {
                int[] nodes = new int[graph.size()];
                for (int i = 0; i < nodes.length; i++) {
                    nodes[i] = state(CharSet.NONE);
                }
                for (int i = 0; i < nodes.length; i++) {
                    var out = new ArrayList<Integer>();
                    for (Expr.Graph.Edge edge : graph.edges(i)) {
                        out.add(before(edge.label(), nodes[edge.to()]));
                    }
                    if (graph.isFinal(i)) {
                        out.add(next);
                    }
                    to.set(nodes[i], out.stream().mapToInt(Integer::intValue).toArray());
                }
                yield nodes[0];
            }
            case Expr.Rule _, Expr.Anchor _ -> throw new IllegalStateException("only characters are read here");
        };
    }

    /// Sets of characters that no state tells apart.
    private List<CharSet> classes() {
        var cuts = new TreeSet<Integer>();
        for (CharSet set : read) {
            for (int i = 0; i < set.ranges(); i++) {
                cuts.add(set.low(i));
                cuts.add(set.high(i) + 1);
            }
        }
        var distinct = read.stream().distinct().filter(set -> !set.isEmpty()).toList();
        var bySignature = new HashMap<BitSet, CharSet>();
        Integer low = null;
        for (int cut : cuts) {
            if (low != null) {
                var signature = new BitSet();
                for (int i = 0; i < distinct.size(); i++) {
                    budget.spend();
                    signature.set(i, distinct.get(i).contains(low));
                }
                if (!signature.isEmpty()) {
                    bySignature.merge(signature, CharSet.of(low, cut - 1), CharSet::or);
                }
            }
            low = cut;
        }
        return List.copyOf(bySignature.values());
    }

    BitSet start() {
        var set = new BitSet();
        set.set(first);
        return closed(set);
    }

    boolean isFinal(BitSet states) {
        return states.get(last);
    }

    Map<CharSet, BitSet> edges(BitSet from) {
        var out = new HashMap<CharSet, BitSet>();
        for (CharSet type : classes) {
            int character = type.low(0);
            var next = new BitSet();
            for (int s = from.nextSetBit(0); s >= 0; s = from.nextSetBit(s + 1)) {
                budget.spend();
                if (read.get(s).contains(character)) {
                    next.set(to.get(s)[0]);
                }
            }
            if (!next.isEmpty()) {
                out.put(type, closed(next));
            }
        }
        return out;
    }

    private BitSet closed(BitSet states) {
        var out = new BitSet();
        var work = new ArrayDeque<Integer>();
        states.stream().forEach(work::add);
        while (!work.isEmpty()) {
            int s = work.pop();
            if (out.get(s)) {
                continue;
            }
            out.set(s);
            if (read.get(s).isEmpty()) {
                for (int next : to.get(s)) {
                    work.add(next);
                }
            }
        }
        return out;
    }
}
