package dev.mokha.text.grammar;

import org.jspecify.annotations.Nullable;

/// What comes behind the rule or the loop's body that is being read: a stack as a linked list, whose tops
/// share what is below. Equal frames are one object, made by {@link Automaton}.
///
/// A call says where it returns to. A loop says which it is and how many more rounds it needs (`least`) and
/// may take (`most`): counts that go down, so that nothing is copied for `{1,1000}`.
final class Frame {
    /// No bound on the rounds.
    static final int UNBOUNDED = Integer.MAX_VALUE;

    /// The bottom: the text ends.
    static final Frame ROOT = new Frame(-1, -1, 0, 0, null, 0, 0, null, null);

    final int returnTo; // of a call, or -1
    final int loop; // of a loop, or -1
    final int least;
    final int most;
    final @Nullable Frame parent; // null at the bottom only
    final int id;
    final long shortest; // bytes from this frame's popping to the end of the text
    private final @Nullable Frame capped;
    private final @Nullable Frame open;

    /// @param capped the same frame with counts no larger than any token can use up, or null for itself
    /// @param open the loops above the uppermost call, with the bottom in place of that call, or null
    ///     for itself
    Frame(
            int returnTo,
            int loop,
            int least,
            int most,
            @Nullable Frame parent,
            int id,
            long shortest,
            @Nullable Frame capped,
            @Nullable Frame open) {
        this.returnTo = returnTo;
        this.loop = loop;
        this.least = least;
        this.most = most;
        this.parent = parent;
        this.id = id;
        this.shortest = shortest;
        this.capped = capped;
        this.open = open;
    }

    boolean isCall() {
        return returnTo >= 0;
    }

    Frame parent() {
        if (parent == null) {
            throw new IllegalStateException("the bottom of the stack has nothing below");
        }
        return parent;
    }

    Frame capped() {
        return capped == null ? this : capped;
    }

    Frame open() {
        return loop < 0 ? ROOT : open == null ? this : open;
    }

    /// {@return the uppermost call, or the bottom}
    Frame call() {
        Frame frame = this;
        while (frame.loop >= 0) {
            frame = frame.parent();
        }
        return frame;
    }

    /// What makes two frames equal.
    record Key(int returnTo, int loop, int least, int most, int parent) {}
}
