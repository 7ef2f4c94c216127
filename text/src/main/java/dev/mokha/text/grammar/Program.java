package dev.mokha.text.grammar;

import java.util.ArrayList;
import java.util.List;

/// A grammar as instructions over bytes. Each rule, and the body of each loop, is a run of instructions that
/// ends with {@link #END}; what comes behind stands on the stack of whoever runs it (a {@link Frame}).
final class Program {
    static final byte END = 0; // the rule or the body is complete
    static final byte BYTE = 1; // a byte from a to b, then c
    static final byte SPLIT = 2; // a or b
    static final byte JUMP = 3; // a
    static final byte CALL = 4; // the rule a, then c
    static final byte ENTER = 5; // the loop a, at least b and at most c times
    static final byte FAIL = 6; // no way on

    /// A distance that is never reached.
    static final long NEVER = Long.MAX_VALUE / 4;

    final byte[] op;
    final int[] a;
    final int[] b;
    final int[] c;
    final int[] rules; // where each begins
    final int[] bodies; // of loops
    final int[] nexts; // of loops: what comes behind
    final boolean[] nullableBody; // of loops
    final long[] shortest; // bytes to END, or NEVER
    final int start;
    private final int[] classOf; // of a byte: bytes of one class are never told apart
    final int classes;
    private final List<String> names;

    Program(
            byte[] op,
            int[] a,
            int[] b,
            int[] c,
            int[] rules,
            List<String> names,
            int[] bodies,
            int[] nexts,
            Budget budget) {
        this.op = op;
        this.a = a;
        this.b = b;
        this.c = c;
        this.rules = rules;
        this.names = List.copyOf(names);
        this.bodies = bodies;
        this.nexts = nexts;
        this.start = rules[0];
        this.nullableBody = new boolean[bodies.length];
        this.classOf = new int[256];
        this.classes = classify();
        this.shortest = new long[op.length];
        new Analysis(this, budget).run();
    }

    private int classify() {
        var cut = new boolean[257];
        for (int pc = 0; pc < op.length; pc++) {
            if (op[pc] == BYTE) {
                cut[a[pc]] = true;
                cut[b[pc] + 1] = true;
            }
        }
        int n = 0;
        for (int i = 0; i < 256; i++) {
            if (i > 0 && cut[i]) {
                n++;
            }
            classOf[i] = n;
        }
        return n + 1;
    }

    int size() {
        return op.length;
    }

    int classOf(int unsignedByte) {
        return classOf[unsignedByte];
    }

    /// {@return one byte of each class}
    int[] representatives() {
        var bytes = new ArrayList<Integer>();
        for (int i = 0; i < 256; i++) {
            if (i == 0 || classOf[i] != classOf[i - 1]) {
                bytes.add(i);
            }
        }
        return bytes.stream().mapToInt(Integer::intValue).toArray();
    }

    String name(int rule) {
        return names.get(rule);
    }
}
