package dev.mokha.text.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/// What is found out about a program before it runs: how far each instruction is from the end, which loops
/// may turn without reading anything, and that no rule begins with itself.
final class Analysis {
    private final Program p;

    private final Budget budget;

    Analysis(Program program, Budget budget) {
        this.p = program;
        this.budget = budget;
    }

    void run() {
        distances();
        for (int loop = 0; loop < p.bodies.length; loop++) {
            p.nullableBody[loop] = p.shortest[p.bodies[loop]] == 0;
        }
        refuseLeftRecursion();
        if (p.shortest[p.start] >= Program.NEVER) {
            throw new GrammarException("the grammar matches no text at all");
        }
    }

    /// Shortest ways by repeated relaxing. Code comes before what leads to it, so one upward sweep settles
    /// all but rules and graphs; sweeps alternate in direction.
    private void distances() {
        Arrays.fill(p.shortest, Program.NEVER);
        boolean changed = true;
        for (int sweep = 0; changed; sweep++) {
            changed = false;
            for (int i = 0; i < p.size(); i++) {
                budget.spend();
                int pc = sweep % 2 == 0 ? i : p.size() - 1 - i;
                long now = Math.min(distance(pc), Program.NEVER);
                if (now < p.shortest[pc]) {
                    p.shortest[pc] = now;
                    changed = true;
                }
            }
        }
    }

    private long distance(int pc) {
        long[] d = p.shortest;
        return switch (p.op[pc]) {
            case Program.END -> 0;
            case Program.BYTE -> 1 + d[p.c[pc]];
            case Program.SPLIT -> Math.min(d[p.a[pc]], d[p.b[pc]]);
            case Program.JUMP -> d[p.a[pc]];
            case Program.CALL -> d[p.rules[p.a[pc]]] + d[p.c[pc]];
            case Program.ENTER -> times(p.b[pc], d[p.bodies[p.a[pc]]]) + d[p.nexts[p.a[pc]]];
            default -> Program.NEVER;
        };
    }

    static long times(long count, long each) {
        return count == 0 || each == 0 ? 0 : each >= Program.NEVER / count ? Program.NEVER : count * each;
    }

    /// A rule that calls itself before it has read a byte would never get on.
    private void refuseLeftRecursion() {
        var next = new ArrayList<int[]>();
        for (int start : p.rules) {
            next.add(leftCalls(start));
        }
        var colour = new byte[p.rules.length]; // 0 not seen, 1 on the path, 2 done
        for (int root = 0; root < colour.length; root++) {
            if (colour[root] != 0) {
                continue;
            }
            var path = new ArrayList<int[]>(List.of(new int[] {root, 0}));
            colour[root] = 1;
            while (!path.isEmpty()) {
                int[] top = path.getLast();
                if (top[1] == next.get(top[0]).length) {
                    colour[top[0]] = 2;
                    path.removeLast();
                    continue;
                }
                int callee = next.get(top[0])[top[1]++];
                if (colour[callee] == 1) {
                    throw new GrammarException("left recursion: "
                            + path.stream()
                                    .map(step -> step[0])
                                    .dropWhile(rule -> rule != callee)
                                    .map(p::name)
                                    .collect(Collectors.joining(" → "))
                            + " → " + p.name(callee)
                            + " without reading anything; write a rule like  a ::= a x | y  as  a ::= y x*");
                }
                if (colour[callee] == 0) {
                    colour[callee] = 1;
                    path.add(new int[] {callee, 0});
                }
            }
        }
    }

    private int[] leftCalls(int start) {
        var callees = new HashSet<Integer>();
        var seen = new HashSet<Integer>();
        var work = new ArrayDeque<Integer>();
        work.add(start);
        while (!work.isEmpty()) {
            int pc = work.pop();
            budget.spend();
            if (p.shortest[pc] >= Program.NEVER || !seen.add(pc)) {
                continue;
            }
            switch (p.op[pc]) {
                case Program.SPLIT -> {
                    work.add(p.a[pc]);
                    work.add(p.b[pc]);
                }
                case Program.JUMP -> work.add(p.a[pc]);
                case Program.CALL -> {
                    callees.add(p.a[pc]);
                    if (p.shortest[p.rules[p.a[pc]]] == 0) {
                        work.add(p.c[pc]);
                    }
                }
                case Program.ENTER -> {
                    int loop = p.a[pc];
                    work.add(p.bodies[loop]);
                    if (p.b[pc] == 0 || p.nullableBody[loop]) {
                        work.add(p.nexts[loop]);
                    }
                }
                default -> {
                    // reads a byte or ends
                }
            }
        }
        return callees.stream().mapToInt(Integer::intValue).sorted().toArray();
    }
}
