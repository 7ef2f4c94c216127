package dev.mokha.text.grammar;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// One text that is being written under a {@link Constraint}: which tokens may come next, and what has come.
/// For one thread at a time; many share a constraint.
///
/// ```java
/// var matcher = constraint.matcher();
/// while (!matcher.finished()) {
///     matcher.mask(mask);
///     matcher.accept(sample(mask));
/// }
/// ```
public final class Matcher {
    private static final int MOST_FORCED_BYTES = 1_024;

    private final Constraint constraint;
    private final Automaton automaton;
    private State[] history; // before each token, and now
    private int length;
    private boolean finished;

    Matcher(Constraint constraint, State start) {
        this.constraint = constraint;
        this.automaton = constraint.automaton();
        this.history = new State[] {start, start, start, start};
    }

    private Matcher(Matcher other) {
        this.constraint = other.constraint;
        this.automaton = other.automaton;
        this.history = Arrays.copyOf(other.history, other.length + 4);
        this.length = other.length;
        this.finished = other.finished;
    }

    private State now() {
        return history[length];
    }

    /// {@return a matcher at the same place, which goes on by itself}
    public Matcher copy() {
        return new Matcher(this);
    }

    /// {@return which tokens may come next, bit `id & 63` of word `id >> 6`; tokens that end the text are in
    /// it exactly where it may end}
    public long[] mask() {
        long[] out = new long[constraint.vocabulary().words()];
        mask(out);
        return out;
    }

    /// Sets exactly the bits of the tokens that may come next.
    ///
    /// @param into as long as {@link TokenVocabulary#words}, or longer: the rest is cleared
    public void mask(long[] into) {
        if (finished) {
            Arrays.fill(into, 0);
        } else {
            constraint.masks().of(now()).copyTo(into);
        }
    }

    /// {@return whether a token may come next, without a mask}
    public boolean allows(int id) {
        if (finished) {
            return false;
        }
        if (constraint.vocabulary().ends(id)) {
            return now().accepts;
        }
        return !after(id).isDead();
    }

    private State after(int id) {
        byte[] bytes = constraint.vocabulary().rawBytes(id);
        return bytes == null || bytes.length == 0 ? automaton.dead() : automaton.step(now(), bytes);
    }

    /// Takes a token.
    ///
    /// @return false, and nothing changes, when the token may not come here
    public boolean accept(int id) {
        if (finished) {
            return false;
        }
        State next;
        if (constraint.vocabulary().ends(id)) {
            if (!now().accepts) {
                return false;
            }
            next = now();
            finished = true;
        } else {
            next = after(id);
            if (next.isDead()) {
                return false;
            }
        }
        if (++length == history.length) {
            history = Arrays.copyOf(history, 2 * length);
        }
        history[length] = next;
        return true;
    }

    /// Takes tokens up to the first that may not come: drafts of speculation.
    ///
    /// @return how many were taken
    public int acceptAll(int... ids) {
        for (int i = 0; i < ids.length; i++) {
            if (!accept(ids[i])) {
                return i;
            }
        }
        return ids.length;
    }

    /// Takes back the last `tokens` tokens.
    public void rollback(int tokens) {
        if (tokens < 0 || tokens > length) {
            throw new IllegalArgumentException(
                    "cannot take back " + tokens + " tokens of " + length + " that were accepted");
        }
        if (tokens > 0) {
            finished = false;
            length -= tokens;
            Arrays.fill(history, length + 1, length + tokens + 1, now());
        }
    }

    /// {@return how many tokens were taken}
    public int length() {
        return length;
    }

    /// {@return whether a token that ends the text was taken}
    public boolean finished() {
        return finished;
    }

    /// {@return whether the text may end here}
    public boolean mayEnd() {
        return now().accepts;
    }

    /// {@return whether the text is complete and nothing may follow}
    public boolean mustEnd() {
        return now().accepts && now().pcs.length == 0;
    }

    /// {@return the fewest bytes with which the text can be brought to its end}
    public long bytesToEnd() {
        return now().shortest(automaton.program());
    }

    /// {@return the fewest bytes that bring the text to its end: for a writer that has no room left}
    public byte[] shortestEnd() {
        var out = new ByteArrayOutputStream();
        Program program = automaton.program();
        State state = now();
        long most = 2 * state.shortest(program)
                + MOST_FORCED_BYTES; // more than it takes, unless ways are lost over and over
        for (long left = state.shortest(program); left > 0 && out.size() < most; left = state.shortest(program)) {
            for (int i = 0; i < state.pcs.length; i++) {
                if (program.shortest[state.pcs[i]] + state.frames[i].shortest == left) {
                    int b = program.a[state.pcs[i]];
                    out.write(b);
                    state = automaton.step(state, b);
                    break;
                }
            }
        }
        return out.toByteArray();
    }

    /// The tokens that must come next, whatever the model prefers: they need not be computed one by one.
    ///
    /// Where the text that must follow is known, this is how the tokenizer itself cuts it. Tokens at its end
    /// are left out as soon as some token of the vocabulary could reach across that end: there the model
    /// shall choose. Taking them changes how a text is cut into tokens, never the text.
    ///
    /// @return ids that {@link #accept} takes in this order; none where the model has a choice
    public int[] forced() {
        if (finished) {
            return new int[0];
        }
        Program program = automaton.program();
        var forced = new ByteArrayOutputStream();
        State state = now();
        State last = state; // behind the last whole character
        int whole = 0;
        while (!state.accepts && state.pcs.length > 0 && forced.size() < MOST_FORCED_BYTES) {
            int b = program.a[state.pcs[0]];
            for (int pc : state.pcs) {
                if (program.a[pc] != b || program.b[pc] != b) {
                    b = -1;
                    break;
                }
            }
            if (b < 0) {
                break;
            }
            forced.write(b);
            state = automaton.step(state, b);
            if (!expectsContinuation(program, state)) {
                last = state;
                whole = forced.size();
            }
        }
        return whole == 0 ? new int[0] : uncrossed(Arrays.copyOf(forced.toByteArray(), whole), last);
    }

    private static boolean expectsContinuation(Program program, State state) {
        for (int pc : state.pcs) {
            if (program.a[pc] >= 0x80 && program.a[pc] < 0xC0) {
                return true;
            }
        }
        return false;
    }

    /// Leaves out the tokens from the first on whose bytes begin, or hold the beginning of, one that goes
    /// on behind the end.
    private int[] uncrossed(byte[] text, State end) {
        TokenVocabulary vocabulary = constraint.vocabulary();
        int[] ids = vocabulary.encode(text);
        int safe = text.length;
        for (int from = Math.max(0, text.length - vocabulary.trie().longest()); from < text.length; from++) {
            if (goesOn(vocabulary.trie(), vocabulary.trie().find(text, from, text.length), end)) {
                safe = from;
                break;
            }
        }
        int n = 0;
        for (int at = 0; n < ids.length; n++) {
            byte[] bytes = vocabulary.rawBytes(ids[n]);
            at += bytes == null ? 0 : bytes.length;
            if (at > safe) {
                break;
            }
        }
        return Arrays.copyOf(ids, n);
    }

    private boolean goesOn(TokenTrie trie, int node, State end) {
        if (node >= 0) {
            for (int child = node + 1; child < trie.end(node); child = trie.end(child)) {
                if (!automaton.step(end, trie.unsignedByte(child)).isDead()) {
                    return true;
                }
            }
        }
        return false;
    }
}
