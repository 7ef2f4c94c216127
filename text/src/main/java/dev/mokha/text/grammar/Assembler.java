package dev.mokha.text.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Turns rules into a {@link Program}, from their ends to their beginnings: an expression is assembled in
/// front of the instruction that follows it. Equal instructions are one, so that equal endings are shared,
/// whichever rules they belong to; the masks of tokens are shared with them.
final class Assembler {
    private final Budget budget;
    private final Function<String, Expr> definitions;
    private final Map<Instruction, Integer> known = new HashMap<>();
    private final Map<Long, Integer> loops = new HashMap<>();
    private final Map<String, Integer> ruleIds = new HashMap<>();
    private final List<String> ruleNames = new ArrayList<>();
    private final Deque<String> waiting = new ArrayDeque<>();
    private byte[] op = new byte[64];
    private int[] a = new int[64];
    private int[] b = new int[64];
    private int[] c = new int[64];
    private int size;
    private int[] bodies = new int[8];
    private int[] nexts = new int[8];

    private record Instruction(byte op, int a, int b, int c) {}

    private Assembler(Function<String, Expr> definitions, Budget budget) {
        this.definitions = definitions;
        this.budget = budget;
    }

    /// @param root the rule to begin with
    /// @param definitions what a rule is; it throws a {@link GrammarException} for one that is not defined
    static Program assemble(String root, Function<String, Expr> definitions, Budget budget) {
        return new Assembler(definitions, budget).run(root);
    }

    private Program run(String root) {
        rule(root);
        int end = emit(Program.END, 0, 0, 0);
        var starts = new ArrayList<Integer>();
        while (!waiting.isEmpty()) {
            starts.add(assemble(definitions.apply(waiting.remove()), end));
        }
        return new Program(
                Arrays.copyOf(op, size),
                Arrays.copyOf(a, size),
                Arrays.copyOf(b, size),
                Arrays.copyOf(c, size),
                starts.stream().mapToInt(Integer::intValue).toArray(),
                ruleNames,
                Arrays.copyOf(bodies, loops.size()),
                Arrays.copyOf(nexts, loops.size()),
                budget);
    }

    private int rule(String name) {
        return ruleIds.computeIfAbsent(name, added -> {
            ruleNames.add(added);
            waiting.add(added);
            return ruleIds.size();
        });
    }

    private int emit(byte kind, int x, int y, int z) {
        Integer same = known.get(new Instruction(kind, x, y, z));
        if (same != null) {
            return same;
        }
        int pc = fresh(kind, x, y, z);
        known.put(new Instruction(kind, x, y, z), pc);
        return pc;
    }

    private int fresh(byte kind, int x, int y, int z) {
        budget.spend();
        if (size == budget.limits().instructions()) {
            throw new GrammarException("the grammar needs more than " + size + " instructions; make it smaller or raise"
                    + " GrammarLimits.instructions");
        }
        if (size == op.length) {
            op = Arrays.copyOf(op, 2 * size);
            a = Arrays.copyOf(a, 2 * size);
            b = Arrays.copyOf(b, 2 * size);
            c = Arrays.copyOf(c, 2 * size);
        }
        op[size] = kind;
        a[size] = x;
        b[size] = y;
        c[size] = z;
        return size++;
    }

    private int assemble(Expr expr, int next) {
        return switch (expr) {
            case Expr.Literal(String text) -> bytes(text.getBytes(StandardCharsets.UTF_8), next);
            case Expr.Chars(CharSet set) -> characters(set, next);
            case Expr.Sequence(List<Expr> parts) -> {
                int pc = next;
                for (Expr part : parts.reversed()) {
                    pc = assemble(part, pc);
                }
                yield pc;
            }
            case Expr.Choice(List<Expr> options) ->
                split(options.stream()
                        .mapToInt(option -> assemble(option, next))
                        .toArray());
            case Expr.Repeat(Expr body, int min, int max) -> repeat(body, min, max, next);
            case Expr.Rule(String name) -> emit(Program.CALL, rule(name), 0, next);
            case Expr.Graph graph -> graph(graph, next);
            case Expr.Anchor _ -> throw new IllegalStateException("anchors are resolved before");
        };
    }

    private int bytes(byte[] bytes, int next) {
        int pc = next;
        for (int i = bytes.length - 1; i >= 0; i--) {
            pc = emit(Program.BYTE, bytes[i] & 0xFF, bytes[i] & 0xFF, pc);
        }
        return pc;
    }

    private int characters(CharSet set, int next) {
        var options = new ArrayList<Integer>();
        for (int i = 0; i < set.ranges(); i++) {
            Utf8Ranges.of(set.low(i), set.high(i), (lows, highs) -> {
                int pc = next;
                for (int k = lows.length - 1; k >= 0; k--) {
                    pc = emit(Program.BYTE, lows[k], highs[k], pc);
                }
                options.add(pc);
            });
        }
        return split(options.stream().mapToInt(Integer::intValue).toArray());
    }

    private int split(int[] options) {
        if (options.length == 0) {
            return emit(Program.FAIL, 0, 0, 0);
        }
        int pc = options[options.length - 1];
        for (int i = options.length - 2; i >= 0; i--) {
            pc = emit(Program.SPLIT, options[i], pc, 0);
        }
        return pc;
    }

    private int repeat(Expr body, int min, int max, int next) {
        if (max == 0) {
            return next;
        }
        if (max == 1) {
            int once = assemble(body, next);
            return min == 1 ? once : emit(Program.SPLIT, once, next, 0);
        }
        int start = assemble(body, emit(Program.END, 0, 0, 0));
        long key = ((long) start << 32) | next;
        Integer loop = loops.get(key);
        if (loop == null) {
            loop = loops.size();
            loops.put(key, loop);
            if (loop == bodies.length) {
                bodies = Arrays.copyOf(bodies, 2 * loop);
                nexts = Arrays.copyOf(nexts, 2 * loop);
            }
            bodies[loop] = start;
            nexts[loop] = next;
        }
        return emit(Program.ENTER, loop, min, max);
    }

    private int graph(Expr.Graph graph, int next) {
        int[] entry = new int[graph.size()];
        for (int node = 0; node < entry.length; node++) {
            entry[node] = fresh(Program.JUMP, 0, 0, 0);
        }
        for (int node = entry.length - 1; node >= 0; node--) {
            var edges = graph.edges(node);
            int[] options = new int[edges.size() + (graph.isFinal(node) ? 1 : 0)];
            for (int i = 0; i < edges.size(); i++) {
                options[i] = assemble(edges.get(i).label(), entry[edges.get(i).to()]);
            }
            if (graph.isFinal(node)) {
                options[edges.size()] = next;
            }
            int target = split(options); // may move the array that is written to next
            a[entry[node]] = target;
        }
        return entry[0];
    }
}
