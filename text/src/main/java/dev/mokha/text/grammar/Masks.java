package dev.mokha.text.grammar;

import java.nio.IntBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which tokens may follow at a state. A walk over the trie of all tokens finds them, and is kept with
/// the state.
///
/// Inside a rule from which much may follow (the text of a string, say) most tokens stay inside, whoever
/// called the rule: those are found once for all callers, with the places in the trie where the rule may end;
/// only behind those is it looked up what the caller allows. This is XGrammar's division into
/// context-independent and context-dependent tokens
/// ([Dong et al. 2024, §3.1](https://arxiv.org/abs/2411.15100)).
final class Masks {
    private static final int WIDE = 40; // from so many bytes on, a walk is long
    private static final int LARGE = 32; // nodes from which on what is below one is kept
    private static final int MOST_CALLERS = 16;
    /// Ways followed for one mask. Only a grammar that reads its texts in thousands of ways comes near; the
    /// tokens that are found by then are its mask.
    private static final long MOST_WORK = 3_000_000;

    private final Automaton automaton;
    private final TokenVocabulary vocabulary;
    private final TokenTrie trie;

    Masks(Automaton automaton, TokenVocabulary vocabulary) {
        this.automaton = automaton;
        this.vocabulary = vocabulary;
        this.trie = vocabulary.trie();
    }

    TokenSet of(State exact) {
        State state = automaton.capped(exact);
        TokenSet known = state.mask;
        if (known != null) {
            return known;
        }
        var out = new TokenCollector(vocabulary.words());
        if (state.accepts) {
            for (int id : vocabulary.endIds()) {
                out.add(id);
            }
        }
        boolean wide = isWide(state);
        Frame[] callers = wide
                ? Arrays.stream(state.frames).map(Frame::call).distinct().toArray(Frame[]::new)
                : new Frame[] {Frame.ROOT};
        var walk = new Walk();
        if (callers.length > MOST_CALLERS || (callers.length == 1 && callers[0] == Frame.ROOT)) {
            if (wide) {
                walk.branches(state, out, new Exits());
            } else {
                walk.below(0, state, out, null);
            }
        } else {
            for (Frame caller : callers) {
                OpenMask inside = open(automaton.open(state, caller), walk);
                out.add(inside.tokens());
                if (caller != Frame.ROOT) {
                    State after = automaton.returned(caller);
                    for (int exit : inside.exits()) {
                        walk.below(exit, after, out, null);
                    }
                }
            }
        }
        TokenSet mask = out.toSet();
        state.mask = mask;
        automaton.charge(mask.bytes());
        return mask;
    }

    private OpenMask open(State state, Walk walk) {
        OpenMask known = state.open;
        if (known != null) {
            return known;
        }
        IntBuffer key = OpenKey.of(automaton.program(), state);
        OpenMask made = key == null ? null : vocabulary.openMask(key);
        if (made == null) {
            var tokens = new TokenCollector(vocabulary.words());
            var exits = new Exits();
            walk.branches(state, tokens, exits);
            made = new OpenMask(tokens.toSet(), exits.toArray());
            if (key != null && walk.left > 0) {
                vocabulary.keep(key, made);
            }
        }
        state.open = made;
        automaton.charge(made.tokens().bytes() + 4L * made.exits().length);
        return made;
    }

    private boolean isWide(State state) {
        Program program = automaton.program();
        int bytes = 0;
        for (int pc : state.pcs) {
            bytes += program.b[pc] - program.a[pc] + 1;
        }
        return bytes >= WIDE;
    }

    private static final class Exits {
        private int[] nodes = new int[16];
        private int size;

        void add(int node) {
            if (size == nodes.length) {
                nodes = Arrays.copyOf(nodes, 2 * size);
            }
            nodes[size++] = node;
        }

        void addAll(int[] more) {
            for (int node : more) {
                add(node);
            }
        }

        int[] toArray() {
            return Arrays.copyOf(nodes, size);
        }
    }

    /// The walks of one mask.
    private final class Walk {
        private final State[] path = new State[trie.longest() + 1]; // by depth
        private long left = MOST_WORK;

        /// The walk from the top, by first bytes. What follows a first byte is kept with the state that it
        /// leads to: many states lead to one, as all places in the names of properties lead to "another
        /// name".
        void branches(State from, TokenCollector out, Exits exits) {
            for (int node = 1; node < trie.nodes() && left > 0; node = trie.end(node)) {
                State to = automaton.step(from, trie.unsignedByte(node));
                if (to.isDead()) {
                    continue;
                }
                TokenBranch branch = to.branches.get(node);
                if (branch == null) {
                    branch = branch(node, to);
                }
                out.addAll(branch.ids());
                exits.addAll(branch.exits());
            }
        }

        private TokenBranch branch(int node, State to) {
            var tokens = TokenCollector.ofList();
            var exits = new Exits();
            for (int id = trie.token(node); id >= 0; id = trie.same(id)) {
                tokens.add(id);
            }
            if (to.accepts && !trie.isLeaf(node)) {
                exits.add(node);
            }
            below(node, to, tokens, exits);
            var made = new TokenBranch(tokens.toIds(), exits.toArray());
            if (left > 0 && trie.end(node) - node >= LARGE) {
                to.branches.put(node, made);
                automaton.charge(64 + 4L * (made.ids().length + made.exits().length));
            }
            return made;
        }

        /// Adds the tokens below a node whose bytes beyond it fit, and the nodes at which the text may
        /// end and which go on.
        void below(int root, State from, TokenCollector out, @Nullable Exits exits) {
            path[trie.depth(root)] = from;
            int end = trie.end(root);
            for (int node = root + 1; node < end && left > 0; ) {
                State before = path[trie.depth(node) - 1];
                State to = automaton.known(before, trie.unsignedByte(node));
                if (to == null) {
                    left -= before.pcs.length;
                    to = automaton.step(before, trie.unsignedByte(node));
                }
                if (to.isDead()) {
                    node = trie.end(node);
                    continue;
                }
                path[trie.depth(node)] = to;
                for (int id = trie.token(node); id >= 0; id = trie.same(id)) {
                    out.add(id);
                }
                if (exits != null && to.accepts && !trie.isLeaf(node)) {
                    exits.add(node);
                }
                node++;
            }
        }
    }
}
