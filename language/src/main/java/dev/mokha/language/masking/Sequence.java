package dev.mokha.language.masking;

/// Tokens that a model reads at once, before any is masked: `[CLS] A [SEP] B [SEP]`, or `[CLS] A [SEP]`
/// alone. Nothing is padding.
public final class Sequence {
    private final int[] ids;
    private final int firstLength;
    private final boolean randomNext;

    private Sequence(int[] ids, int firstLength, boolean randomNext) {
        if (firstLength < 1 || firstLength > ids.length) {
            throw new IllegalArgumentException(
                    "a first segment of " + firstLength + " tokens does not fit in " + ids.length);
        }
        this.ids = ids;
        this.firstLength = firstLength;
        this.randomNext = randomNext;
    }

    /// @param ids the tokens, special ones included; not copied
    /// @param firstLength how many of them are segment 0: `[CLS] A [SEP]`
    /// @param randomNext whether B comes from elsewhere
    public static Sequence pair(int[] ids, int firstLength, boolean randomNext) {
        return new Sequence(ids, firstLength, randomNext);
    }

    /// All of segment 0.
    public static Sequence single(int... ids) {
        return new Sequence(ids, ids.length, false);
    }

    /// {@return the tokens; the array itself, not a copy}
    public int[] ids() {
        return ids;
    }

    /// {@return how many tokens are segment 0, `[CLS]` and the first `[SEP]` included}
    public int firstLength() {
        return firstLength;
    }

    /// {@return whether the second part does not follow the first: the label of next-sentence prediction}
    public boolean randomNext() {
        return randomNext;
    }
}
