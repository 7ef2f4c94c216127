package dev.mokha.text.grammar;

import dev.mokha.text.tokenizer.TokenBytes;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The bytes of every token, as a trie, and which tokens end a text. One serves all grammars and all threads;
/// it keeps what grammars have in common of their masks.
///
/// Tokens that stand for no text (special ones above all) are never allowed inside a text.
public final class TokenVocabulary {
    private static final int MOST_OPEN_MASKS = 1_000; // 16 kB each at 128,000 tokens

    private final List<byte @Nullable []> tokens;
    private final int[] endIds;
    private final TokenTrie trie;
    private final Function<byte[], int[]> tokenizer;
    private final Map<IntBuffer, OpenMask> openMasks = new LinkedHashMap<>(64, 0.75f, true); // under its own lock

    private TokenVocabulary(List<byte @Nullable []> tokens, int[] endIds, Function<byte[], int @Nullable []> encode) {
        this.tokens = tokens;
        this.endIds = Arrays.stream(endIds).distinct().sorted().toArray();
        for (int id : this.endIds) {
            if (id < 0 || id >= tokens.size()) {
                throw new IllegalArgumentException(
                        "the end token " + id + " is not in the vocabulary, whose ids are below " + tokens.size());
            }
            tokens.set(id, null);
        }
        this.trie = new TokenTrie(tokens);
        this.tokenizer = bytes -> {
            int[] ids = encode.apply(bytes);
            return ids != null && spells(ids, bytes) ? ids : longestFirst(bytes);
        };
    }

    /// The vocabulary of a tokenizer: byte-level BPE, or SentencePiece's with byte pieces.
    ///
    /// @param endIds tokens that end a text
    /// @throws IllegalArgumentException when the bytes of a token depend on what is around it, as
    ///     with WordPiece
    public static TokenVocabulary of(Tokenizer tokenizer, int... endIds) {
        var tokens = new ArrayList<byte @Nullable []>();
        var bytes = TokenBytes.of(tokenizer);
        for (int id = 0; id < tokenizer.idBound(); id++) {
            tokens.add(bytes.bytes(id));
        }
        return new TokenVocabulary(tokens, endIds, text -> encode(tokenizer, bytes, text));
    }

    /// A vocabulary of given bytes.
    ///
    /// @param tokens the bytes of each id, null for a token that stands for no text
    /// @param endIds tokens that end a text
    public static TokenVocabulary of(List<byte @Nullable []> tokens, int... endIds) {
        return new TokenVocabulary(new ArrayList<>(tokens), endIds, _ -> null);
    }

    /// A line break in front, which no piece goes across, keeps a tokenizer from adding its space to the
    /// text's start.
    private static int @Nullable [] encode(Tokenizer tokenizer, TokenBytes bytes, byte[] text) {
        String string;
        try {
            string = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException _) {
            return null;
        }
        int[] ids = tokenizer.encodeIds(string, false);
        if (ids.length == 0 || Arrays.equals(bytes.bytes(ids), text)) {
            return ids;
        }
        ids = tokenizer.encodeIds("\n" + string, false);
        for (int i = 0; i < ids.length; i++) {
            if (Arrays.equals(bytes.bytes(ids[i]), new byte[] {'\n'})) {
                return Arrays.copyOfRange(ids, i + 1, ids.length);
            }
        }
        return null;
    }

    private boolean spells(int[] ids, byte[] text) {
        int at = 0;
        for (int id : ids) {
            byte[] bytes = bytes(id);
            if (bytes == null
                    || at + bytes.length > text.length
                    || !Arrays.equals(text, at, at + bytes.length, bytes, 0, bytes.length)) {
                return false;
            }
            at += bytes.length;
        }
        return at == text.length;
    }

    private int[] longestFirst(byte[] text) {
        int[] ids = new int[text.length];
        int n = 0;
        for (int at = 0; at < text.length; ) {
            int best = -1;
            int bestEnd = at;
            int node = 0;
            for (int i = at; i < text.length; i++) {
                node = trie.child(node, text[i]);
                if (node < 0) {
                    break;
                }
                if (trie.token(node) >= 0) {
                    best = trie.token(node);
                    bestEnd = i + 1;
                }
            }
            if (best < 0) {
                break;
            }
            ids[n++] = best;
            at = bestEnd;
        }
        return Arrays.copyOf(ids, n);
    }

    /// The ids that the tokenizer gives these bytes, in the middle of a text. Of a vocabulary without a
    /// tokenizer, or where its ids do not spell the bytes: the longest token each time, as far as there is
    /// one.
    int[] encode(byte[] text) {
        return tokenizer.apply(text);
    }

    /// {@return one more than the largest id}
    public int size() {
        return tokens.size();
    }

    /// {@return how many longs a bit set of ids has}
    public int words() {
        return (tokens.size() + 63) >> 6;
    }

    /// {@return the bytes that a token adds to a text, or null when it stands for none}
    public byte @Nullable [] bytes(int id) {
        if (id < 0 || id >= tokens.size()) {
            return null;
        }
        byte[] bytes = tokens.get(id);
        return bytes == null ? null : bytes.clone();
    }

    byte @Nullable [] rawBytes(int id) {
        return id < 0 || id >= tokens.size() ? null : tokens.get(id);
    }

    /// {@return the tokens that end a text, ascending}
    public int[] endIds() {
        return endIds.clone();
    }

    boolean ends(int id) {
        return Arrays.binarySearch(endIds, id) >= 0;
    }

    /// {@return a mask that some grammar has found out for such a state, or null}
    @Nullable
    OpenMask openMask(IntBuffer key) {
        synchronized (openMasks) {
            return openMasks.get(key);
        }
    }

    void keep(IntBuffer key, OpenMask mask) {
        synchronized (openMasks) {
            openMasks.put(key, mask);
            if (openMasks.size() > MOST_OPEN_MASKS) {
                openMasks.remove(openMasks.keySet().iterator().next()); // the one that was used longest ago
            }
        }
    }

    TokenTrie trie() {
        return trie;
    }
}
