package dev.mokha.text.grammar;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an {@link OpenMask} depends on, written down: the instructions that can be reached from a state and
/// the counts on its open stack. Equal keys mean equal masks, whichever grammar the state belongs to; so the
/// strings of all JSON Schemas share theirs.
final class OpenKey {
    private static final int MOST = 20_000;

    private final Program program;
    private final Map<Integer, Integer> numbers = new HashMap<>();
    private int[] order = new int[64]; // instructions by their number
    private int[] out = new int[256];
    private int size;

    private OpenKey(Program program) {
        this.program = program;
    }

    /// {@return the key, or null for a state from which too much can be reached}
    static @Nullable IntBuffer of(Program program, State state) {
        var key = new OpenKey(program);
        for (int i = 0; i < state.pcs.length; i++) {
            key.write(key.number(state.pcs[i]));
            for (Frame frame = state.frames[i]; frame != Frame.ROOT; frame = frame.parent()) {
                key.write(key.number(program.bodies[frame.loop]));
                key.write(key.number(program.nexts[frame.loop]));
                key.write(frame.least);
                key.write(frame.most);
            }
            key.write(-1);
        }
        for (int i = 0; i < key.numbers.size(); i++) {
            if (key.size > MOST) {
                return null;
            }
            key.instruction(key.order[i]);
        }
        return IntBuffer.wrap(Arrays.copyOf(key.out, key.size));
    }

    private int number(int pc) {
        Integer known = numbers.get(pc);
        if (known != null) {
            return known;
        }
        int number = numbers.size();
        if (number == order.length) {
            order = Arrays.copyOf(order, 2 * number);
        }
        order[number] = pc;
        numbers.put(pc, number);
        return number;
    }

    private void write(int value) {
        if (size == out.length) {
            out = Arrays.copyOf(out, 2 * size);
        }
        out[size++] = value;
    }

    private void instruction(int pc) {
        boolean dead = program.shortest[pc] >= Program.NEVER;
        write(dead ? Program.FAIL : program.op[pc]);
        if (dead) {
            return;
        }
        switch (program.op[pc]) {
            case Program.BYTE -> {
                write(program.a[pc]);
                write(program.b[pc]);
                write(number(program.c[pc]));
            }
            case Program.SPLIT -> {
                write(number(program.a[pc]));
                write(number(program.b[pc]));
            }
            case Program.JUMP -> write(number(program.a[pc]));
            case Program.CALL -> {
                write(number(program.rules[program.a[pc]]));
                write(number(program.c[pc]));
            }
            case Program.ENTER -> {
                int loop = program.a[pc];
                write(number(program.bodies[loop]));
                write(number(program.nexts[loop]));
                write(program.b[pc]);
                write(program.c[pc]);
                write(program.nullableBody[loop] ? 1 : 0);
            }
            default -> {
                // nothing to add
            }
        }
    }
}
