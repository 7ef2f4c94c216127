package dev.mokha.text.grammar;

/// A grammar over a vocabulary: what all texts that are written under it share. The states and the masks that
/// were found out are kept here, for every {@link Matcher} and every thread, within a bound on memory.
public final class Constraint {
    /// 64 MiB.
    public static final long DEFAULT_MEMORY = 64L << 20;

    private final Grammar grammar;
    private final TokenVocabulary vocabulary;
    private final Automaton automaton;
    private final Masks masks;
    private final State start;

    /// With {@link #DEFAULT_MEMORY}.
    public Constraint(Grammar grammar, TokenVocabulary vocabulary) {
        this(grammar, vocabulary, DEFAULT_MEMORY);
    }

    /// @param memory the bytes that states and masks may take, about; what is above is forgotten and
    ///     found out again
    public Constraint(Grammar grammar, TokenVocabulary vocabulary, long memory) {
        if (memory < 1 << 20) {
            throw new IllegalArgumentException(
                    "a constraint needs 1 MiB or more to keep masks, not " + memory + " bytes");
        }
        this.grammar = grammar;
        this.vocabulary = vocabulary;
        this.automaton = new Automaton(grammar.program(), vocabulary.trie().longest(), memory);
        this.masks = new Masks(automaton, vocabulary);
        this.start = automaton.start();
    }

    /// {@return what one text is held to, from its start}
    public Matcher matcher() {
        return new Matcher(this, start);
    }

    /// {@return the grammar}
    public Grammar grammar() {
        return grammar;
    }

    /// {@return the vocabulary}
    public TokenVocabulary vocabulary() {
        return vocabulary;
    }

    /// {@return how many states are known at present}
    public int states() {
        return automaton.states();
    }

    /// {@return the bytes that states and masks take at present, about}
    public long memoryUsed() {
        return automaton.used();
    }

    /// {@return how often the bound on memory was met and everything was forgotten}
    public int timesForgotten() {
        return automaton.drops();
    }

    Automaton automaton() {
        return automaton;
    }

    Masks masks() {
        return masks;
    }
}
