package dev.mokha.language.generate;

import java.util.Arrays;

/// The tokens of prompt and answer, counted for the penalties. Grows and shrinks at its end.
final class History {
    private final int prompt;
    private final Penalties penalties;
    private final TokenCounts seen;
    private final TokenCounts answered;
    private int[] tokens;
    private int size;

    History(int[] prompt, Penalties penalties) {
        this.prompt = prompt.length;
        this.penalties = penalties;
        this.seen = new TokenCounts();
        this.answered = new TokenCounts();
        this.tokens = Arrays.copyOf(prompt, prompt.length + 16);
        this.size = prompt.length;
        for (int i = first(size); i < size; i++) {
            count(i, 1);
        }
    }

    private History(History other) {
        this.prompt = other.prompt;
        this.penalties = other.penalties;
        this.seen = other.seen.copy();
        this.answered = other.answered.copy();
        this.tokens = other.tokens.clone();
        this.size = other.size;
    }

    History copy() {
        return new History(this);
    }

    int size() {
        return size;
    }

    /// {@return how many tokens the answer has}
    int answer() {
        return size - prompt;
    }

    /// {@return the token so many before the end, 0 for the last}
    int back(int distance) {
        return tokens[size - 1 - distance];
    }

    void add(int id) {
        tokens = size == tokens.length ? Arrays.copyOf(tokens, 2 * size) : tokens;
        tokens[size] = id;
        int before = first(size++);
        count(size - 1, 1);
        for (int i = before; i < first(size); i++) {
            count(i, -1);
        }
    }

    /// Takes the last token back.
    void remove() {
        int before = first(size);
        count(--size, -1);
        for (int i = first(size); i < before; i++) {
            count(i, 1);
        }
    }

    /// {@return where the window of the penalties begins}
    private int first(int size) {
        return penalties.window() == 0 ? 0 : Math.max(0, size - penalties.window());
    }

    private void count(int at, int times) {
        if (penalties.ofAll()) {
            seen.add(tokens[at], times);
        }
        if (penalties.ofAnswer() && at >= prompt) {
            answered.add(tokens[at], times);
        }
    }

    /// Makes what has been said less likely.
    void penalise(Edits logits) {
        TokenCounts counts = penalties.ofAll() ? seen : answered;
        for (int slot = 0; slot < counts.slots(); slot++) {
            int id = counts.id(slot);
            if (id >= 0 && id < logits.vocab()) {
                logits.set(id, penalties.applied(logits.at(id), seen.of(id), answered.of(id)));
            }
        }
    }
}
