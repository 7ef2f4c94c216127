package dev.mokha.language.question;

import dev.mokha.language.encoder.Sequence;

/// A stretch of a context that fits the model, behind its question: `[CLS] question [SEP] context
/// [SEP]`.
public final class Window {
    private final ContextTokens context;
    private final int first;
    private final int offset;
    private final int[] ids;
    private final int[] typeIds;
    private final boolean[] maxContext;
    private final int start;
    private final int end;

    /// @param first the number of the first context token in it
    /// @param offset the position of that token
    /// @param maxContext for each context token in it
    /// @param gold start and end positions
    Window(ContextTokens context, int first, int offset, int[] ids, int[] typeIds, boolean[] maxContext, int[] gold) {
        this.context = context;
        this.first = first;
        this.offset = offset;
        this.ids = ids;
        this.typeIds = typeIds;
        this.maxContext = maxContext;
        this.start = gold[0];
        this.end = gold[1];
    }

    /// {@return how many positions there are}
    public int size() {
        return ids.length;
    }

    /// {@return a copy of the token ids}
    public int[] ids() {
        return ids.clone();
    }

    /// {@return a copy of the segment of each position: 0 for the question, 1 for the context, as the
    /// tokenizer's post-processor says}
    public int[] typeIds() {
        return typeIds.clone();
    }

    /// {@return what an encoder reads}
    Sequence sequence() {
        int first = 0;
        while (first < typeIds.length && typeIds[first] == 0) {
            first++;
        }
        return Sequence.pair(ids, first);
    }

    /// {@return the position at which the answer starts: 0 when it isn't in this window, or there is
    /// none}
    public int startPosition() {
        return start;
    }

    /// {@return the position of the answer's last token: 0 when it isn't in this window, or there is
    /// none}
    public int endPosition() {
        return end;
    }

    /// {@return whether a position holds a token of the context}
    public boolean inContext(int position) {
        return position >= offset && position < offset + maxContext.length;
    }

    /// {@return the number of the context token at a position}
    /// @throws IndexOutOfBoundsException when it holds none
    public int token(int position) {
        if (!inContext(position)) {
            throw new IndexOutOfBoundsException("position " + position + " is none of the context's, which are "
                    + offset + " to " + (offset + maxContext.length - 1));
        }
        return first + position - offset;
    }

    /// {@return whether no other window shows the context token at a position with more of its
    /// surroundings. Exactly one window of a question says so of each token}
    public boolean hasMaxContext(int position) {
        return inContext(position) && maxContext[position - offset];
    }

    /// {@return where in the context the token at a position starts, in UTF-16 units}
    public int charStart(int position) {
        return context.start(token(position));
    }

    /// {@return where in the context the token at a position ends, exclusive}
    public int charEnd(int position) {
        return context.end(token(position));
    }

    /// {@return the whole context that this is a stretch of}
    public String context() {
        return context.text();
    }
}
