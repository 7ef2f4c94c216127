package dev.mokha.text.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Runs a program over bytes: a pushdown automaton that is made deterministic on demand. A {@link State}
/// holds every way in which the bytes so far can be read; states and stacks are kept once, and dropped all
/// together when they take more memory than allowed (whoever stands on one goes on from it).
///
/// Shared by threads. A state of very many ways keeps the first of them only ({@link #MOST_WAYS}): texts stay
/// within the grammar, and some that are in it can no longer be written.
final class Automaton {
    static final int MOST_WAYS = 4_096;
    private static final int MOST_STEPS = 50_000; // of one closure
    private static final int FRAME_BYTES = 120;
    private static final int STATE_BYTES = 160;

    private final Program program;
    private final int reach;
    private final long memory;
    private final ConcurrentHashMap<Frame.Key, Frame> frames = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<State, State> states = new ConcurrentHashMap<>();
    private final AtomicInteger frameIds = new AtomicInteger();
    private final AtomicLong used = new AtomicLong();
    private final AtomicInteger drops = new AtomicInteger();
    private final int[] representative;
    private volatile boolean overflowed;
    private final State dead;

    /// @param reach the bytes of the longest token: larger counts make no difference to a mask
    /// @param memory how many bytes states, stacks and masks may take, about
    Automaton(Program program, int reach, long memory) {
        this.program = program;
        this.reach = reach;
        this.memory = memory;
        this.representative = program.representatives();
        this.dead = new State(new int[0], new Frame[0], false, program.classes);
    }

    Program program() {
        return program;
    }

    State dead() {
        return dead;
    }

    State start() {
        var closure = new Closure();
        closure.push(program.start, Frame.ROOT);
        return closure.state();
    }

    /// {@return the state after a byte if it was found out before, or null}
    @Nullable
    State known(State from, int unsignedByte) {
        return from.next[program.classOf(unsignedByte)];
    }

    /// {@return the state after a byte, which is dead when the byte does not fit}
    State step(State from, int unsignedByte) {
        int type = program.classOf(unsignedByte);
        State known = from.next[type];
        if (known != null) {
            return known;
        }
        var closure = new Closure();
        int b = representative[type];
        for (int i = 0; i < from.pcs.length; i++) {
            int pc = from.pcs[i];
            if (program.a[pc] <= b && b <= program.b[pc]) {
                closure.push(program.c[pc], from.frames[i]);
            }
        }
        State to = closure.state();
        from.next[type] = to;
        return to;
    }

    State step(State from, byte[] bytes) {
        State state = from;
        for (int i = 0; i < bytes.length && !state.isDead(); i++) {
            state = step(state, bytes[i] & 0xFF);
        }
        return state;
    }

    /// {@return the state with counts no larger than any token can use up: what may follow as the next
    /// token is equal}
    State capped(State state) {
        State known = state.capped;
        if (known != null) {
            return known;
        }
        var ways = new ArrayList<Way>();
        boolean same = true;
        for (int i = 0; i < state.pcs.length; i++) {
            Frame capped = state.frames[i].capped();
            same &= capped == state.frames[i];
            ways.add(new Way(state.pcs[i], capped));
        }
        State out = same ? state : intern(ways, state.accepts);
        state.capped = out;
        return out;
    }

    /// {@return the part of a state above one call, with the bottom in that call's place}
    State open(State state, Frame call) {
        var ways = new ArrayList<Way>();
        for (int i = 0; i < state.pcs.length; i++) {
            if (state.frames[i].call() == call) {
                ways.add(new Way(state.pcs[i], state.frames[i].open()));
            }
        }
        return intern(ways, false);
    }

    /// {@return the state after a call has come to its end}
    State returned(Frame call) {
        var closure = new Closure();
        closure.push(call.returnTo, call.parent());
        return closure.state();
    }

    /// Counts memory that hangs on a state; drops everything when it is too much.
    void charge(long bytes) {
        if (used.addAndGet(bytes) > memory) {
            synchronized (this) {
                if (used.get() > memory) {
                    drop();
                }
            }
        }
    }

    private void drop() {
        var old = List.copyOf(states.keySet());
        states.clear();
        frames.clear();
        used.set(0);
        drops.incrementAndGet();
        old.forEach(State::forget);
    }

    /// {@return how many states are kept}
    int states() {
        return states.size();
    }

    /// {@return the bytes that states, stacks and masks take, about}
    long used() {
        return used.get();
    }

    /// {@return whether some state had more ways than are kept}
    boolean overflowed() {
        return overflowed;
    }

    /// {@return how often everything was dropped}
    int drops() {
        return drops.get();
    }

    private State intern(List<Way> ways, boolean accepts) {
        if (ways.isEmpty() && !accepts) {
            return dead;
        }
        Way[] sorted = ways.stream().distinct().sorted().toArray(Way[]::new);
        int[] pcs = new int[sorted.length];
        Frame[] stacks = new Frame[sorted.length];
        for (int i = 0; i < sorted.length; i++) {
            pcs[i] = sorted[i].pc;
            stacks[i] = sorted[i].frame;
        }
        var made = new State(pcs, stacks, accepts, program.classes);
        State before = states.putIfAbsent(made, made);
        if (before != null) {
            return before;
        }
        charge(STATE_BYTES + 4L * program.classes + 12L * pcs.length);
        return made;
    }

    private Frame frame(int returnTo, int loop, int least, int most, Frame parent) {
        var key = new Frame.Key(returnTo, loop, least, most, parent.id);
        Frame known = frames.get(key);
        if (known != null) {
            return known;
        }
        boolean isCall = returnTo >= 0;
        long behind = isCall
                ? program.shortest[returnTo]
                : Analysis.times(Math.max(least - 1, 0), program.shortest[program.bodies[loop]])
                        + program.shortest[program.nexts[loop]];
        Frame open = isCall ? null : frameOrSelf(loop, least, most, parent, parent.open());
        int fewer = Math.min(least, reach + 1);
        int more = most > reach ? Frame.UNBOUNDED : most;
        boolean same = fewer == least && more == most && parent.capped() == parent;
        Frame capped = isCall
                ? (parent.capped() == parent ? null : frame(returnTo, -1, 0, 0, parent.capped()))
                : (same ? null : frame(-1, loop, fewer, more, parent.capped()));
        var made = new Frame(
                returnTo,
                loop,
                least,
                most,
                parent,
                frameIds.incrementAndGet(),
                Math.min(behind + parent.shortest, Program.NEVER),
                capped,
                open);
        Frame before = frames.putIfAbsent(key, made);
        if (before != null) {
            return before;
        }
        charge(FRAME_BYTES);
        return made;
    }

    /// The frame on an open stack, or null when that is the very frame that is being made.
    private @Nullable Frame frameOrSelf(int loop, int least, int most, Frame parent, Frame openParent) {
        return openParent == parent ? null : frame(-1, loop, least, most, openParent);
    }

    private record Way(int pc, Frame frame) implements Comparable<Way> {
        @Override
        public int compareTo(Way other) {
            int order = Integer.compare(pc, other.pc);
            return order != 0 ? order : Integer.compare(frame.id, other.frame.id);
        }

        @Override
        public boolean equals(Object o) {
            return o instanceof Way(int otherPc, Frame otherFrame) && pc == otherPc && frame == otherFrame;
        }

        @Override
        public int hashCode() {
            return pc * 31 + frame.id;
        }
    }

    /// Follows everything that reads no byte.
    private final class Closure {
        private final Set<Way> seen = new HashSet<>();
        private final List<Way> reading = new ArrayList<>();
        private Way[] work = new Way[16];
        private int waiting;
        private boolean accepts;

        void push(int pc, Frame frame) {
            if (program.shortest[pc] >= Program.NEVER) {
                return;
            }
            if (waiting == work.length) {
                work = Arrays.copyOf(work, 2 * waiting);
            }
            work[waiting++] = new Way(pc, frame);
        }

        State state() {
            while (waiting > 0 && seen.size() < MOST_STEPS && reading.size() < MOST_WAYS) {
                Way way = work[--waiting];
                if (seen.add(way)) {
                    visit(way.pc, way.frame, way);
                }
            }
            if (waiting > 0) {
                overflowed = true;
            }
            return intern(reading, accepts);
        }

        private void visit(int pc, Frame frame, Way way) {
            switch (program.op[pc]) {
                case Program.BYTE -> reading.add(way);
                case Program.SPLIT -> {
                    push(program.b[pc], frame);
                    push(program.a[pc], frame);
                }
                case Program.JUMP -> push(program.a[pc], frame);
                case Program.CALL -> {
                    int next = program.c[pc];
                    // Nothing to come back for. A loop keeps its call, so that what is above it is shared by all loops.
                    boolean last = program.op[next] == Program.END && frame.loop < 0;
                    push(program.rules[program.a[pc]], last ? frame : frame(next, -1, 0, 0, frame));
                }
                case Program.ENTER -> rounds(program.a[pc], program.b[pc], program.c[pc], frame);
                case Program.END -> pop(frame);
                default -> {
                    // no way on
                }
            }
        }

        private void rounds(int loop, int least, int most, Frame parent) {
            int needed = program.nullableBody[loop] ? 0 : least;
            if (needed == 0) {
                push(program.nexts[loop], parent);
            }
            if (most > 0) {
                push(program.bodies[loop], frame(-1, loop, needed, most, parent));
            }
        }

        private void pop(Frame frame) {
            if (frame == Frame.ROOT) {
                accepts = true;
            } else if (frame.isCall()) {
                push(frame.returnTo, frame.parent());
            } else if (!program.nullableBody[frame.loop]
                    || !seen.contains(new Way(program.bodies[frame.loop], frame))) {
                // A round that read nothing is not counted: what follows was entered with the round itself.
                int most = frame.most == Frame.UNBOUNDED ? Frame.UNBOUNDED : frame.most - 1;
                rounds(frame.loop, Math.max(frame.least - 1, 0), most, frame.parent());
            }
        }
    }
}
