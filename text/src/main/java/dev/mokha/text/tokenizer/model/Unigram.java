package dev.mokha.text.tokenizer.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// The unigram language model, [Kudo 2018](https://arxiv.org/abs/1804.10959): of all ways to cut a word into pieces,
/// the one with the largest sum of log probabilities, by Viterbi. A character that no piece covers costs the smallest
/// score less 10; neighbouring unknown characters become one unknown token, or their bytes with `byteFallback`.
public final class Unigram implements Model {
    private static final double UNK_PENALTY = 10.0;

    /// A piece and its log probability.
    public record Scored(String piece, double score) {}

    private final List<Scored> pieces;
    private final int unkId;
    private final boolean byteFallback;
    private final Vocab vocab;
    private final PieceTrie trie;
    private final PieceTable table;
    private final double[] scores;
    private final double unkScore;
    private final int[] byteIds = new int[256];

    /// A model from its pieces; a piece's id is its place.
    ///
    /// @param unkId the id of the unknown token, or -1 when there is none: text that needs one is then refused
    public Unigram(List<Scored> pieces, int unkId, boolean byteFallback) {
        if (unkId < -1 || unkId >= pieces.size()) {
            throw new IllegalArgumentException(
                    "unk_id is " + unkId + ", but the vocabulary has " + pieces.size() + " pieces");
        }
        this.pieces = List.copyOf(pieces);
        this.unkId = unkId;
        this.byteFallback = byteFallback;
        var ids = new LinkedHashMap<String, Integer>(pieces.size() * 2);
        this.scores = new double[pieces.size()];
        double min = Double.POSITIVE_INFINITY;
        for (Scored scored : this.pieces) {
            int id = ids.size();
            if (Double.isNaN(scored.score())) {
                throw new IllegalArgumentException("piece \"" + scored.piece() + "\" has the score NaN");
            }
            if (ids.put(scored.piece(), id) != null) {
                throw new IllegalArgumentException("piece \"" + scored.piece() + "\" is listed twice");
            }
            scores[id] = scored.score();
            min = Math.min(min, scored.score());
        }
        this.unkScore = min - UNK_PENALTY;
        this.vocab = Vocab.of(ids);
        this.trie = new PieceTrie(vocab, "");
        this.table = new PieceTable(vocab);
        for (int b = 0; b < 256; b++) {
            byteIds[b] = vocab.id(String.format(Locale.ROOT, "<0x%02X>", b));
        }
    }

    @Override
    public Vocab vocab() {
        return vocab;
    }

    /// {@return the pieces with their scores, in the order of their ids}
    public List<Scored> pieces() {
        return pieces;
    }

    /// {@return the id of the unknown token, or -1}
    public int unkId() {
        return unkId;
    }

    /// {@return whether unknown characters become bytes}
    public boolean byteFallback() {
        return byteFallback;
    }

    @Override
    public void tokenize(char[] text, int from, int to, Buffers buffers, Pieces out) {
        int size = to - from;
        buffers.ensureSymbols(size + 1);
        buffers.ensureScores(size + 1);
        double[] best = buffers.scores; // best score of a path that ends here
        int[] starts = buffers.ranks; // where its last piece starts, or -1
        int[] ids = buffers.symbols; // that piece
        Arrays.fill(starts, 0, size + 1, -1);
        best[0] = 0;
        for (int at = 0; at < size; ) {
            int width = Character.isHighSurrogate(text[from + at])
                            && at + 1 < size
                            && Character.isLowSurrogate(text[from + at + 1])
                    ? 2
                    : 1;
            double here = best[at];
            boolean single = false;
            int node = 0;
            for (int i = at; i < size; i++) {
                node = trie.child(node, text[from + i]);
                if (node < 0) {
                    break;
                }
                int id = trie.id(node);
                if (id >= 0) {
                    int end = i + 1;
                    double candidate = scores[id] + here;
                    if (starts[end] < 0 || candidate > best[end]) {
                        best[end] = candidate;
                        starts[end] = at;
                        ids[end] = id;
                    }
                    single |= end - at == width;
                }
            }
            if (!single) {
                int end = at + width;
                double candidate = unkScore + here;
                if (starts[end] < 0 || candidate > best[end]) {
                    if (unkId < 0) {
                        throw new IllegalArgumentException("the text holds \""
                                + new String(text, from + at, width) + "\", which no piece covers, and the model has"
                                + " no unknown token");
                    }
                    best[end] = candidate;
                    starts[end] = at;
                    ids[end] = unkId;
                }
            }
            at += width;
        }
        emit(text, from, size, buffers, out);
    }

    /// Walks the best path back, then forward, joining neighbouring unknown characters.
    private void emit(char[] text, int from, int size, Buffers buffers, Pieces out) {
        int[] starts = buffers.ranks;
        int[] ids = buffers.symbols;
        int[] path = buffers.ends;
        int count = 0;
        for (int end = size; end > 0; end = starts[end]) {
            path[count++] = end;
        }
        int start = 0;
        for (int i = count - 1; i >= 0; i--) {
            int end = path[i];
            if (ids[end] == unkId) {
                while (i > 0 && ids[path[i - 1]] == unkId) {
                    end = path[--i];
                }
                unknown(text, from + start, from + end, out);
            } else {
                out.add(ids[end], from + start, from + end);
            }
            start = end;
        }
    }

    private void unknown(char[] text, int from, int to, Pieces out) {
        int id = table.get(text, from, to);
        if (id >= 0) {
            out.add(id, from, to);
            return;
        }
        if (byteFallback) {
            byte[] bytes = new String(text, from, to - from).getBytes(StandardCharsets.UTF_8);
            boolean all = true;
            for (byte b : bytes) {
                all &= byteIds[b & 0xFF] >= 0;
            }
            if (all) {
                for (byte b : bytes) {
                    out.add(byteIds[b & 0xFF], from, to);
                }
                return;
            }
        }
        out.add(unkId, from, to);
    }
}
