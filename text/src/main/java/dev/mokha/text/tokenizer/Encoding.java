package dev.mokha.text.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A text as a model takes it: ids, and for each token its string, the range of text it came from, and its part in the
/// input. Immutable.
///
/// Offsets count UTF-16 units, as `String` does; {@link #codePointOffsets} counts code points, as Python does. Special
/// tokens that a post-processor added have the range 0 to 0.
public final class Encoding {
    private static final int NONE = -1;
    static final Encoding EMPTY = new Encoding(
            new int[0],
            new int[0],
            new String[0],
            new int[0],
            new int[0],
            new int[0],
            new int[0],
            new boolean[0],
            new boolean[0],
            List.of());

    private final int[] ids;
    private final int[] typeIds;
    private final String[] tokens;
    private final int[] starts;
    private final int[] ends;
    private final int[] words;
    private final int[] sequences;
    private final boolean[] special;
    private final boolean[] attention;
    private final List<Encoding> overflowing;

    private Encoding(
            int[] ids,
            int[] typeIds,
            String[] tokens,
            int[] starts,
            int[] ends,
            int[] words,
            int[] sequences,
            boolean[] special,
            boolean[] attention,
            List<Encoding> overflowing) {
        this.ids = ids;
        this.typeIds = typeIds;
        this.tokens = tokens;
        this.starts = starts;
        this.ends = ends;
        this.words = words;
        this.sequences = sequences;
        this.special = special;
        this.attention = attention;
        this.overflowing = overflowing;
    }

    /// The tokens of one sequence, before a post-processor.
    static Encoding ofSequence(int[] ids, String[] tokens, int[] starts, int[] ends, int[] words, int sequence) {
        int n = ids.length;
        var attention = new boolean[n];
        Arrays.fill(attention, true);
        return new Encoding(
                ids,
                filled(n, sequence),
                tokens,
                starts,
                ends,
                words,
                filled(n, sequence),
                new boolean[n],
                attention,
                List.of());
    }

    /// Special tokens that no text stands for.
    static Encoding ofSpecial(int[] ids, String[] tokens, int typeId) {
        int n = ids.length;
        var yes = new boolean[n];
        Arrays.fill(yes, true);
        return new Encoding(
                ids,
                filled(n, typeId),
                tokens,
                new int[n],
                new int[n],
                filled(n, NONE),
                filled(n, NONE),
                yes,
                yes,
                List.of());
    }

    private static int[] filled(int n, int value) {
        var out = new int[n];
        Arrays.fill(out, value);
        return out;
    }

    /// {@return how many tokens there are}
    public int size() {
        return ids.length;
    }

    /// {@return a copy of the ids}
    public int[] ids() {
        return ids.clone();
    }

    /// {@return the id of token `i`}
    public int id(int i) {
        return ids[i];
    }

    /// {@return the tokens as strings}
    public List<String> tokens() {
        return List.of(tokens);
    }

    /// {@return a copy of the type ids: 0 for the first text, 1 for the second, as the post-processor says}
    public int[] typeIds() {
        return typeIds.clone();
    }

    /// {@return where in its text token `i` starts, in UTF-16 units}
    public int start(int i) {
        return starts[i];
    }

    /// {@return where in its text token `i` ends, in UTF-16 units, exclusive}
    public int end(int i) {
        return ends[i];
    }

    /// {@return 1 for a special token that a post-processor or padding added, 0 for text}
    public int[] specialTokensMask() {
        return ints(special);
    }

    /// {@return 1 for a token, 0 for padding}
    public int[] attentionMask() {
        return ints(attention);
    }

    private static int[] ints(boolean[] flags) {
        var out = new int[flags.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = flags[i] ? 1 : 0;
        }
        return out;
    }

    /// {@return the number of the word that token `i` belongs to, or -1 for a special token}
    public int word(int i) {
        return words[i];
    }

    /// {@return 0 or 1 for a token of the first or second text, -1 for a special token}
    public int sequence(int i) {
        return sequences[i];
    }

    /// {@return what truncation cut off, in parts of the same length}
    public List<Encoding> overflowing() {
        return overflowing;
    }

    /// The offsets in Unicode code points instead of UTF-16 units.
    ///
    /// @param texts the text, or the two texts, that were encoded
    /// @return for each token its start and end
    public int[][] codePointOffsets(String... texts) {
        var counts = new int[texts.length][];
        for (int t = 0; t < texts.length; t++) {
            String text = texts[t];
            counts[t] = new int[text.length() + 1];
            for (int i = 0; i < text.length(); i++) {
                boolean inside = Character.isHighSurrogate(text.charAt(i))
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                counts[t][i + 1] = counts[t][i] + (inside ? 0 : 1);
            }
        }
        var out = new int[ids.length][];
        for (int i = 0; i < ids.length; i++) {
            out[i] = sequences[i] < 0
                    ? new int[] {starts[i], ends[i]}
                    : new int[] {counts[sequences[i]][starts[i]], counts[sequences[i]][ends[i]]};
        }
        return out;
    }

    Encoding withTypeId(int typeId) {
        return new Encoding(
                ids,
                filled(ids.length, typeId),
                tokens,
                starts,
                ends,
                words,
                sequences,
                special,
                attention,
                overflowing.stream().map(o -> o.withTypeId(typeId)).toList());
    }

    Encoding withOffsets(int[] newStarts, int[] newEnds) {
        return new Encoding(
                ids, typeIds, tokens, newStarts, newEnds, words, sequences, special, attention, overflowing);
    }

    Encoding withOverflowing(List<Encoding> parts) {
        return new Encoding(ids, typeIds, tokens, starts, ends, words, sequences, special, attention, parts);
    }

    private Encoding part(int from, int to) {
        return new Encoding(
                Arrays.copyOfRange(ids, from, to),
                Arrays.copyOfRange(typeIds, from, to),
                Arrays.copyOfRange(tokens, from, to),
                Arrays.copyOfRange(starts, from, to),
                Arrays.copyOfRange(ends, from, to),
                Arrays.copyOfRange(words, from, to),
                Arrays.copyOfRange(sequences, from, to),
                Arrays.copyOfRange(special, from, to),
                Arrays.copyOfRange(attention, from, to),
                List.of());
    }

    /// The first `max` tokens (or last, from the left), the rest in {@link #overflowing} parts.
    Encoding truncate(int max, int stride, Side direction) {
        if (max >= ids.length) {
            return this;
        }
        if (max == 0) {
            return EMPTY.withOverflowing(List.of(this));
        }
        if (stride >= max) {
            throw new IllegalArgumentException("truncation stride " + stride + " must be less than the " + max
                    + " tokens that are left for the text");
        }
        var parts = new ArrayList<Encoding>();
        int step = max - stride;
        if (direction == Side.RIGHT) {
            for (int from = 0; ; from += step) {
                int to = Math.min(from + max, ids.length);
                parts.add(part(from, to));
                if (to == ids.length) {
                    break;
                }
            }
        } else {
            for (int to = ids.length; ; to -= step) {
                int from = Math.max(0, to - max);
                parts.add(part(from, to));
                if (from == 0) {
                    break;
                }
            }
        }
        return parts.getFirst().withOverflowing(List.copyOf(parts.subList(1, parts.size())));
    }

    static Encoding concat(List<Encoding> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        int n = parts.stream().mapToInt(Encoding::size).sum();
        var ids = new int[n];
        var typeIds = new int[n];
        var tokens = new String[n];
        var starts = new int[n];
        var ends = new int[n];
        var words = new int[n];
        var sequences = new int[n];
        var special = new boolean[n];
        var attention = new boolean[n];
        int at = 0;
        for (Encoding part : parts) {
            int k = part.size();
            System.arraycopy(part.ids, 0, ids, at, k);
            System.arraycopy(part.typeIds, 0, typeIds, at, k);
            System.arraycopy(part.tokens, 0, tokens, at, k);
            System.arraycopy(part.starts, 0, starts, at, k);
            System.arraycopy(part.ends, 0, ends, at, k);
            System.arraycopy(part.words, 0, words, at, k);
            System.arraycopy(part.sequences, 0, sequences, at, k);
            System.arraycopy(part.special, 0, special, at, k);
            System.arraycopy(part.attention, 0, attention, at, k);
            at += k;
        }
        return new Encoding(ids, typeIds, tokens, starts, ends, words, sequences, special, attention, List.of());
    }

    /// Filled up to `length` tokens.
    Encoding pad(int length, Padding padding) {
        var parts = overflowing.stream().map(o -> o.pad(length, padding)).toList();
        if (ids.length >= length) {
            return withOverflowing(parts);
        }
        int n = length - ids.length;
        var tokens = new String[n];
        Arrays.fill(tokens, padding.padToken());
        var yes = new boolean[n];
        Arrays.fill(yes, true);
        var fill = new Encoding(
                filled(n, padding.padId()),
                filled(n, padding.padTypeId()),
                tokens,
                new int[n],
                new int[n],
                filled(n, NONE),
                filled(n, NONE),
                yes,
                new boolean[n],
                List.of());
        return concat(padding.direction() == Side.LEFT ? List.of(fill, this) : List.of(this, fill))
                .withOverflowing(parts);
    }
}
