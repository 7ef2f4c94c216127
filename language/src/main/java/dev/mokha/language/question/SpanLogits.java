package dev.mokha.language.question;

/// What a model says of a window: for each position, how likely the answer starts and ends there.
public final class SpanLogits {
    private final float[] start;
    private final float[] end;

    /// @param start one logit a position
    /// @param end one logit a position
    public SpanLogits(float[] start, float[] end) {
        if (start.length != end.length) {
            throw new IllegalArgumentException(
                    start.length + " start logits but " + end.length + " end logits; give one of each a position");
        }
        this.start = start.clone();
        this.end = end.clone();
    }

    /// {@return how many positions there are}
    public int size() {
        return start.length;
    }

    /// {@return the logit of a start at a position}
    public float start(int position) {
        return start[position];
    }

    /// {@return the logit of an end at a position}
    public float end(int position) {
        return end[position];
    }
}
