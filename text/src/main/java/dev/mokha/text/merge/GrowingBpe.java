package dev.mokha.text.merge;

import dev.mokha.text.tokenizer.model.Bpe;
import dev.mokha.text.tokenizer.model.Merge;
import dev.mokha.text.tokenizer.model.Vocab;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A BPE model that pieces and merges are appended to, and that encodes short texts in between. Written for pieces of
/// a dozen symbols: it looks at every pair before every merge.
final class GrowingBpe {
    private final Map<String, Integer> ids;
    private final Map<Integer, String> pieces = new HashMap<>();
    private final List<Merge> merges;
    private final Map<Long, Integer> ranks = new HashMap<>();
    private final boolean byteFallback;
    private int nextId;

    /// @param reservedIds pieces that are no part of the model but have ids: added tokens
    GrowingBpe(Bpe base, Map<String, Integer> reservedIds) {
        this.ids = base.vocab().toMap();
        this.merges = new ArrayList<>(base.merges());
        this.byteFallback = base.options().byteFallback();
        reservedIds.forEach(ids::putIfAbsent);
        ids.forEach((piece, id) -> {
            pieces.put(id, piece);
            nextId = Math.max(nextId, id + 1);
        });
        for (int rank = 0; rank < merges.size(); rank++) {
            ranks.put(pair(id(merges.get(rank).left()), id(merges.get(rank).right())), rank);
        }
    }

    boolean knows(String piece) {
        return ids.containsKey(piece);
    }

    int nextId() {
        return nextId;
    }

    Vocab vocab() {
        return Vocab.of(ids);
    }

    List<Merge> merges() {
        return merges;
    }

    int add(String piece) {
        int id = nextId++;
        ids.put(piece, id);
        pieces.put(id, piece);
        return id;
    }

    void addMerge(int left, int right) {
        ranks.put(pair(left, right), merges.size());
        merges.add(new Merge(piece(left), piece(right)));
    }

    String piece(int id) {
        String piece = pieces.get(id);
        if (piece == null) {
            throw new IllegalArgumentException("no piece has the id " + id);
        }
        return piece;
    }

    /// {@return the ids of a text; empty where a character has neither a piece nor bytes}
    int[] encode(String text) {
        return join(symbols(text, byteFallback));
    }

    /// {@return the ids of a text; empty where a character has no piece}
    int[] encodeKnown(String text) {
        return join(symbols(text, false));
    }

    private int[] join(int[] symbols) {
        int size = symbols.length;
        while (true) {
            int best = Integer.MAX_VALUE;
            int at = -1;
            for (int i = 0; i + 1 < size; i++) {
                int rank = ranks.getOrDefault(pair(symbols[i], symbols[i + 1]), Integer.MAX_VALUE);
                if (rank < best) {
                    best = rank;
                    at = i;
                }
            }
            if (at < 0) {
                return Arrays.copyOf(symbols, size);
            }
            symbols[at] = id(merges.get(best).left() + merges.get(best).right());
            System.arraycopy(symbols, at + 2, symbols, at + 1, size - at - 2);
            size--;
        }
    }

    private int[] symbols(String text, boolean bytes) {
        var symbols = new ArrayList<Integer>();
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            Integer id = ids.get(Character.toString(c));
            if (id != null) {
                symbols.add(id);
            } else if (!bytes || !addBytes(c, symbols)) {
                return new int[0];
            }
            i += Character.charCount(c);
        }
        return symbols.stream().mapToInt(Integer::intValue).toArray();
    }

    private boolean addBytes(int codePoint, List<Integer> symbols) {
        for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
            Integer id = ids.get(String.format(Locale.ROOT, "<0x%02X>", b & 0xFF));
            if (id == null) {
                return false;
            }
            symbols.add(id);
        }
        return true;
    }

    int id(String piece) {
        Integer id = ids.get(piece);
        if (id == null) {
            throw new IllegalArgumentException("the merge list needs the piece '" + piece + "', which has no id");
        }
        return id;
    }

    private static long pair(int left, int right) {
        return (long) left << 32 | right;
    }
}
