package dev.mokha.serve.schedule;

import java.util.List;

/// What a step found for a slice.
public final class Outcome {
    private static final Outcome NONE = new Outcome(new int[0], false, List.of());
    private static final Outcome HELD = new Outcome(new int[0], false, List.of());

    private final int[] tokens;
    private final boolean last;
    private final List<Outcome> branches;

    private Outcome(int[] tokens, boolean last, List<Outcome> branches) {
        this.tokens = tokens;
        this.last = last;
        this.branches = branches;
    }

    /// {@return nothing: the slice needed no logits}
    public static Outcome none() {
        return NONE;
    }

    /// {@return nothing yet: the position is computed again in the next step, such as that of a beam whose
    /// siblings were not in this one}
    public static Outcome held() {
        return HELD;
    }

    /// {@return the sequence's next tokens: the drafts that were accepted, in order, and one of the
    /// model's own}
    public static Outcome tokens(int... ids) {
        if (ids.length == 0) {
            throw new IllegalArgumentException("a step finds a token at least; a sequence without one is ended()");
        }
        return new Outcome(ids.clone(), false, List.of());
    }

    /// {@return the sequence's last tokens; none where it ends with what it has}
    public static Outcome ended(int... ids) {
        return new Outcome(ids.clone(), true, List.of());
    }

    /// {@return several sequences in place of one. The first goes on as this sequence, the others become
    /// sequences of their own that share its memory}
    ///
    /// @param branches each with one token at most; a slice with drafts cannot branch
    public static Outcome branches(List<Outcome> branches) {
        if (branches.isEmpty()) {
            throw new IllegalArgumentException("a sequence branches into one at least; one that is dropped is ended()");
        }
        return new Outcome(branches.getFirst().tokens, branches.getFirst().last, List.copyOf(branches));
    }

    boolean isHeld() {
        return this == HELD;
    }

    int count() {
        return tokens.length;
    }

    int token(int index) {
        return tokens[index];
    }

    boolean last() {
        return last;
    }

    /// The branches behind the first.
    List<Outcome> others() {
        return branches.isEmpty() ? branches : branches.subList(1, branches.size());
    }
}
