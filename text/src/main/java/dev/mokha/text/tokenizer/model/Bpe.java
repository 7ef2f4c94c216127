package dev.mokha.text.tokenizer.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Byte-pair encoding, [Sennrich et al. 2016](https://arxiv.org/abs/1508.07909): a word starts as its
/// characters (or bytes), and the neighbouring pair whose merge comes first in the list is merged, leftmost
/// first, until none is left.
public final class Bpe implements Model {
    private static final int MISSING = -1;
    private static final char MARK = '\u2581';

    private final Vocab vocab;
    private final List<Merge> merges;
    private final BpeOptions options;
    private final PairTable pairs;
    private final PieceTable pieces;
    private final int[] charIds; // of the basic plane, as far as the vocabulary goes
    private final Map<Integer, Integer> astralIds = new HashMap<>();
    private final int[] fallbackIds = new int[256];
    private final int[] alphabetIds = new int[256];
    private final boolean hasFallback;
    private final int unkId;
    private final boolean cutsAtMark;

    /// A model from its vocabulary and its merges, first merge first.
    ///
    /// @throws IllegalArgumentException when a merge needs or makes a piece that the vocabulary lacks
    public Bpe(Vocab vocab, List<Merge> merges, BpeOptions options) {
        this.vocab = vocab;
        this.options = options;
        this.pairs = new PairTable(merges.size());
        this.pieces = new PieceTable(vocab);
        int prefix = options.continuingSubwordPrefix() == null
                ? 0
                : options.continuingSubwordPrefix().length();
        int[] lefts = new int[merges.size()];
        int[] rights = new int[merges.size()];
        int rank = 0;
        for (Merge merge : merges) {
            int left = need(merge.left(), merge, rank);
            int right = need(merge.right(), merge, rank);
            if (merge.right().length() < prefix) {
                throw new IllegalArgumentException("merge " + rank + " (\"" + merge.left() + "\" \"" + merge.right()
                        + "\"): its right part is shorter than the prefix of continuing pieces \""
                        + options.continuingSubwordPrefix() + "\"");
            }
            pairs.put(left, right, rank, need(merge.left() + merge.right().substring(prefix), merge, rank));
            lefts[rank] = left;
            rights[rank] = right;
            rank++;
        }
        this.merges = new MergeList(vocab, lefts, rights);
        int top = -1;
        for (String piece : vocab.pieces()) {
            if (piece.length() == 1) {
                top = Math.max(top, piece.charAt(0));
            } else if (piece.length() == 2 && Character.isHighSurrogate(piece.charAt(0))) {
                astralIds.put(piece.codePointAt(0), vocab.id(piece));
            }
        }
        this.charIds = new int[top + 1];
        Arrays.fill(charIds, MISSING);
        for (String piece : vocab.pieces()) {
            if (piece.length() == 1) {
                charIds[piece.charAt(0)] = vocab.id(piece);
            }
        }
        for (int b = 0; b < 256; b++) {
            fallbackIds[b] = vocab.id(
                    "<0x" + (b < 16 ? "0" : "") + Integer.toHexString(b).toUpperCase(Locale.ROOT) + ">");
            alphabetIds[b] = vocab.id(String.valueOf(Alphabet.of(b)));
        }
        this.hasFallback = options.byteFallback();
        this.unkId = options.unkToken() == null ? MISSING : vocab.id(options.unkToken());
        this.cutsAtMark = !options.ignoreMerges()
                && options.continuingSubwordPrefix() == null
                && options.endOfWordSuffix() == null
                && charId(MARK) >= 0
                && merges.stream().noneMatch(Bpe::crossesMark);
    }

    /// Whether a merge makes a piece in which SentencePiece's space follows something else.
    private static boolean crossesMark(Merge merge) {
        String piece = merge.left() + merge.right();
        for (int i = 1; i < piece.length(); i++) {
            if (piece.charAt(i) == MARK && piece.charAt(i - 1) != MARK) {
                return true;
            }
        }
        return false;
    }

    /// {@return whether no merge reaches from one word into the next} SentencePiece-style models read a whole
    /// text as one word; then the text may as well be cut before each run of spaces, and the parts be
    /// remembered.
    boolean cutsAtMark() {
        return cutsAtMark;
    }

    /// {@return where the part that starts at `from` ends: before the next space that follows something else}
    int markAfter(char[] text, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (text[i] == MARK && text[i - 1] != MARK) {
                return i;
            }
        }
        return to;
    }

    private int need(String piece, Merge merge, int rank) {
        int id = vocab.id(piece);
        if (id < 0) {
            throw new IllegalArgumentException("merge " + rank + " (\"" + merge.left() + "\" \"" + merge.right()
                    + "\") needs the piece \"" + piece + "\", which the vocabulary lacks");
        }
        return id;
    }

    @Override
    public Vocab vocab() {
        return vocab;
    }

    /// {@return the merges, first merge first}
    public List<Merge> merges() {
        return merges;
    }

    /// {@return what it does at the edges}
    public BpeOptions options() {
        return options;
    }

    /// {@return the id that the pair of ids merges into, or -1}
    public int merged(int left, int right) {
        return (int) pairs.get(left, right);
    }

    @Override
    public void tokenize(char[] text, int from, int to, Buffers buffers, Pieces out) {
        if (options.ignoreMerges()) {
            int whole = pieces.get(text, from, to);
            if (whole >= 0) {
                out.add(whole, from, to);
                return;
            }
        }
        buffers.ensureSymbols(3 * (to - from) + 1);
        var start = new Start(buffers);
        boolean plain = options.continuingSubwordPrefix() == null && options.endOfWordSuffix() == null;
        for (int i = from; i < to; ) {
            int codePoint = Character.codePointAt(text, i, to);
            int width = Character.charCount(codePoint);
            int id = plain
                    ? charId(codePoint)
                    : vocab.id(decorated(Character.toString(codePoint), i == from, i + width == to));
            start.add(id, codePoint, width, i == from, i + width == to);
            i += width;
        }
        int count = start.end();
        count = merge(buffers, count);
        int at = from;
        for (int i = 0; i < count; i++) {
            int end = from + buffers.ends[i];
            out.add(buffers.symbols[i], at, end);
            at = end;
        }
    }

    /// As {@link #tokenize}, for a byte-level model and a word in plain characters: the word's UTF-8 bytes
    /// are looked up through the {@link Alphabet}, and ranges are widened to whole characters.
    public void tokenizeBytes(char[] text, int from, int to, Buffers buffers, Pieces out) {
        int n = toBytes(text, from, to, buffers);
        if (options.ignoreMerges()) {
            int whole = wholeBytes(buffers, n);
            if (whole >= 0) {
                out.add(whole, from, to);
                return;
            }
        }
        buffers.ensureSymbols(n + 1);
        var start = new Start(buffers);
        boolean plain = options.continuingSubwordPrefix() == null && options.endOfWordSuffix() == null;
        for (int i = 0; i < n; i++) {
            int b = buffers.bytes[i] & 0xFF;
            int id = plain ? alphabetIds[b] : vocab.id(decorated(String.valueOf(Alphabet.of(b)), i == 0, i + 1 == n));
            start.add(id, Alphabet.of(b), 1, i == 0, i + 1 == n);
        }
        int count = merge(buffers, start.end());
        int at = 0;
        for (int i = 0; i < count; i++) {
            int end = buffers.ends[i];
            int first = at == 0 ? from : startOf(text, from, buffers.byteEnds[at] - 1);
            out.add(buffers.symbols[i], first, buffers.byteEnds[end - 1]);
            at = end;
        }
    }

    private static int startOf(char[] text, int from, int last) {
        return last > from && Character.isLowSurrogate(text[last]) ? last - 1 : last;
    }

    private int wholeBytes(Buffers buffers, int n) {
        if (n > pieces.longest()) {
            return MISSING;
        }
        var mapped = new char[n];
        for (int i = 0; i < n; i++) {
            mapped[i] = Alphabet.of(buffers.bytes[i] & 0xFF);
        }
        return pieces.get(mapped, 0, n);
    }

    /// UTF-8 of a word; `byteEnds` tells for each byte where its character ends in `text`.
    private static int toBytes(char[] text, int from, int to, Buffers buffers) {
        buffers.ensureBytes(3 * (to - from));
        byte[] bytes = buffers.bytes;
        int[] ends = buffers.byteEnds;
        int n = 0;
        for (int i = from; i < to; i++) {
            int c = text[i];
            int start = n;
            if (c < 0x80) {
                bytes[n++] = (byte) c;
            } else if (c < 0x800) {
                bytes[n++] = (byte) (0xC0 | (c >> 6));
                bytes[n++] = (byte) (0x80 | (c & 0x3F));
            } else if (Character.isHighSurrogate((char) c) && i + 1 < to && Character.isLowSurrogate(text[i + 1])) {
                int cp = Character.toCodePoint((char) c, text[++i]);
                bytes[n++] = (byte) (0xF0 | (cp >> 18));
                bytes[n++] = (byte) (0x80 | ((cp >> 12) & 0x3F));
                bytes[n++] = (byte) (0x80 | ((cp >> 6) & 0x3F));
                bytes[n++] = (byte) (0x80 | (cp & 0x3F));
            } else {
                bytes[n++] = (byte) (0xE0 | (c >> 12));
                bytes[n++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                bytes[n++] = (byte) (0x80 | (c & 0x3F));
            }
            Arrays.fill(ends, start, n, i + 1);
        }
        return n;
    }

    private String decorated(String symbol, boolean first, boolean last) {
        String out = symbol;
        if (!first && options.continuingSubwordPrefix() != null) {
            out = options.continuingSubwordPrefix() + out;
        }
        return last && options.endOfWordSuffix() != null ? out + options.endOfWordSuffix() : out;
    }

    private int charId(int codePoint) {
        if (codePoint < charIds.length) {
            return charIds[codePoint];
        }
        return codePoint < 0x10000 ? MISSING : astralIds.getOrDefault(codePoint, MISSING);
    }

    /// Collects the first symbols of a word, with bytes or the unknown token for what the vocabulary lacks.
    private final class Start {
        private final Buffers buffers;
        private int count;
        private int end;
        private int unkWidth;

        Start(Buffers buffers) {
            this.buffers = buffers;
        }

        void add(int id, int codePoint, int width, boolean first, boolean last) {
            if (id >= 0) {
                flush();
                push(id, width);
            } else if (!(hasFallback && addBytes(codePoint, width, first, last)) && options.unkToken() != null) {
                if (unkId < 0) {
                    throw new IllegalArgumentException("the text holds a character outside the vocabulary, and the"
                            + " unknown token \"" + options.unkToken() + "\" is not in it either");
                }
                if (!options.fuseUnk()) {
                    flush();
                }
                unkWidth += width;
            }
        }

        private boolean addBytes(int codePoint, int width, boolean first, boolean last) {
            byte[] bytes = decorated(Character.toString(codePoint), first, last).getBytes(StandardCharsets.UTF_8);
            for (byte b : bytes) {
                if (fallbackIds[b & 0xFF] < 0) {
                    return false;
                }
            }
            // An unknown token still waiting stays behind these bytes, as the reference has it.
            for (int i = 0; i < bytes.length; i++) {
                push(fallbackIds[bytes[i] & 0xFF], i == bytes.length - 1 ? width : 0);
            }
            return true;
        }

        private void push(int id, int width) {
            buffers.ensureSymbols(count + 1);
            end += width;
            buffers.symbols[count] = id;
            buffers.ends[count++] = end;
        }

        private void flush() {
            if (unkWidth > 0) {
                push(unkId, unkWidth);
                unkWidth = 0;
            }
        }

        int end() {
            flush();
            return count;
        }
    }

    private int merge(Buffers buffers, int count) {
        return count <= MergeQueue.SMALL
                ? MergeQueue.mergeSmall(pairs, buffers, count)
                : MergeQueue.mergeLarge(pairs, buffers, count);
    }
}
