package dev.mokha.text.tokenizer.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A vocabulary: pieces and their ids, both ways. Ids may have holes; no two pieces share one.
public final class Vocab {
    private static final int ABSENT = -1;

    private final Map<String, Integer> ids;
    private final @Nullable String[] dense;
    private final Map<Integer, String> sparse;
    private final int maxId;

    private Vocab(Map<String, Integer> pieces) {
        this.ids = new HashMap<>(pieces.size() * 2);
        int top = -1;
        for (var entry : pieces.entrySet()) {
            int id = entry.getValue();
            if (id < 0) {
                throw new IllegalArgumentException("piece \"" + entry.getKey() + "\" has the negative id " + id);
            }
            ids.put(Objects.requireNonNull(entry.getKey()), id);
            top = Math.max(top, id);
        }
        this.maxId = top;
        boolean fits = top < 2L * pieces.size() + 65_536;
        this.dense = new String[fits ? top + 1 : 0];
        this.sparse = new HashMap<>();
        for (var entry : ids.entrySet()) {
            String before;
            if (fits) {
                before = dense[entry.getValue()];
                dense[entry.getValue()] = entry.getKey();
            } else {
                before = sparse.put(entry.getValue(), entry.getKey());
            }
            if (before != null) {
                throw new IllegalArgumentException("pieces \"" + before + "\" and \"" + entry.getKey()
                        + "\" have the same id " + entry.getValue() + "; give each its own");
            }
        }
    }

    /// The vocabulary that gives these pieces these ids.
    public static Vocab of(Map<String, Integer> pieces) {
        return new Vocab(pieces);
    }

    /// The vocabulary in which a piece's id is its place.
    public static Vocab inOrder(Collection<String> pieces) {
        var map = new LinkedHashMap<String, Integer>(pieces.size() * 2);
        for (String piece : pieces) {
            Integer before = map.put(piece, map.size());
            if (before != null) {
                throw new IllegalArgumentException("piece \"" + piece + "\" is listed twice");
            }
        }
        return new Vocab(map);
    }

    /// {@return how many pieces there are}
    public int size() {
        return ids.size();
    }

    /// {@return the largest id, or -1 when empty}
    public int maxId() {
        return maxId;
    }

    /// {@return the id of a piece, or -1}
    public int id(String piece) {
        return ids.getOrDefault(piece, ABSENT);
    }

    /// {@return the piece of an id, or null}
    public @Nullable String piece(int id) {
        if (id < 0 || id > maxId) {
            return null;
        }
        return dense.length > 0 ? dense[id] : sparse.get(id);
    }

    /// {@return the pieces in the order of their ids}
    public List<String> pieces() {
        var out = new ArrayList<String>(size());
        if (dense.length > 0) {
            Arrays.stream(dense).filter(Objects::nonNull).forEach(out::add);
        } else {
            out.addAll(new TreeMap<>(sparse).values());
        }
        return out;
    }

    /// {@return pieces and ids, in the order of the ids}
    public Map<String, Integer> toMap() {
        var out = new LinkedHashMap<String, Integer>(size() * 2);
        for (String piece : pieces()) {
            out.put(piece, id(piece));
        }
        return out;
    }
}
