package dev.mokha.text.chat;

/// A conversation as token ids, with the tokens that count in a response-only loss.
public final class EncodedChat {
    private final int[] ids;
    private final boolean[] loss;

    EncodedChat(int[] ids, boolean[] loss) {
        this.ids = ids;
        this.loss = loss;
    }

    /// {@return how many tokens there are}
    public int size() {
        return ids.length;
    }

    /// {@return a copy of the ids, `[time]`}
    public int[] ids() {
        return ids.clone();
    }

    /// {@return a copy of the mask, `[time]`: true where the assistant wrote the whole token}
    public boolean[] loss() {
        return loss.clone();
    }

    /// {@return the ids where the loss counts and `ignored` elsewhere, `[time]`; not shifted}
    public int[] labels(int ignored) {
        int[] labels = ids.clone();
        for (int i = 0; i < labels.length; i++) {
            if (!loss[i]) {
                labels[i] = ignored;
            }
        }
        return labels;
    }

    /// {@return how many tokens count in the loss}
    public int lossTokens() {
        int count = 0;
        for (boolean counts : loss) {
            count += counts ? 1 : 0;
        }
        return count;
    }
}
