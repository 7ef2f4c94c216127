package dev.mokha.text.tokenizer;

import dev.mokha.text.tokenizer.model.Vocab;
import dev.mokha.text.tokenizer.normal.Normalizer;
import dev.mokha.text.tokenizer.normal.PeerUnicode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The added tokens of a tokenizer: their ids, and where they stand in a text.
final class AddedTokens {
    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final TreeMap<Integer, AddedToken> byId = new TreeMap<>();
    private final Set<String> special = new HashSet<>();
    private final @Nullable Matcher raw;
    private final @Nullable Matcher normalized;

    /// Gives ids as the reference does: a token that the model knows keeps its id; the others follow
    /// after the largest.
    AddedTokens(List<AddedToken> tokens, Vocab vocab, @Nullable Normalizer normalizer) {
        int next = vocab.size();
        for (AddedToken token : tokens) {
            String content = token.content();
            if (content.isEmpty()) {
                continue;
            }
            Integer known = ids.get(content);
            int id = known != null ? known : vocab.id(content);
            if (id < 0) {
                id = next++;
            }
            ids.put(content, id);
            byId.put(id, token);
            if (token.special()) {
                special.add(content);
            }
        }
        var rawPatterns = new HashMap<String, Integer>();
        var normalizedPatterns = new HashMap<String, Integer>();
        for (var entry : byId.entrySet()) {
            AddedToken token = entry.getValue();
            if (!token.normalized()) {
                rawPatterns.put(token.content(), entry.getKey());
            } else {
                String content = normalizer == null ? token.content() : normalizer.normalize(token.content());
                normalizedPatterns.put(content, entry.getKey());
            }
        }
        this.raw = rawPatterns.isEmpty() ? null : new Matcher(rawPatterns);
        this.normalized = normalizedPatterns.isEmpty() ? null : new Matcher(normalizedPatterns);
    }

    /// {@return the id of an added token, or -1}
    int id(String token) {
        return ids.getOrDefault(token, -1);
    }

    @Nullable
    AddedToken token(int id) {
        return byId.get(id);
    }

    /// {@return the tokens by id, ascending}
    SortedMap<Integer, AddedToken> byId() {
        return byId;
    }

    boolean isSpecial(String token) {
        return special.contains(token);
    }

    @Nullable
    Matcher raw() {
        return raw;
    }

    @Nullable
    Matcher normalized() {
        return normalized;
    }

    /// Receives a text in parts: added tokens with their ids, and what is between them with -1.
    interface Parts {
        void part(int from, int to, int id);
    }

    /// Finds the leftmost, and of those the longest, of a set of strings.
    final class Matcher {
        private final Map<Long, Integer> edges = new HashMap<>();
        private final List<Integer> idOfNode = new ArrayList<>(List.of(-1));
        private final long[] firsts = new long[0x10000 / 64];

        private Matcher(Map<String, Integer> patterns) {
            for (var entry : patterns.entrySet()) {
                String pattern = entry.getKey();
                if (pattern.isEmpty()) {
                    continue;
                }
                firsts[pattern.charAt(0) >> 6] |= 1L << (pattern.charAt(0) & 63);
                int node = 0;
                for (int i = 0; i < pattern.length(); i++) {
                    int fresh = idOfNode.size();
                    Integer next = edges.putIfAbsent(((long) node << 16) | pattern.charAt(i), fresh);
                    if (next == null) {
                        idOfNode.add(-1);
                        next = fresh;
                    }
                    node = next;
                }
                idOfNode.set(node, entry.getValue());
            }
        }

        /// {@return whether some pattern's first character is in the text: when not, nothing can match}
        boolean mayMatch(char[] text, int from, int to) {
            for (int i = from; i < to; i++) {
                if ((firsts[text[i] >> 6] & (1L << (text[i] & 63))) != 0) {
                    return true;
                }
            }
            return false;
        }

        void parts(char[] text, int from, int to, Parts out) {
            int done = from;
            int at = from;
            while (at < to) {
                if ((firsts[text[at] >> 6] & (1L << (text[at] & 63))) == 0) {
                    at++;
                    continue;
                }
                int node = 0;
                int id = -1;
                int end = at;
                for (int i = at; i < to; i++) {
                    Integer next = edges.get(((long) node << 16) | text[i]);
                    if (next == null) {
                        break;
                    }
                    node = next;
                    if (idOfNode.get(node) >= 0) {
                        id = idOfNode.get(node);
                        end = i + 1;
                    }
                }
                if (id < 0) {
                    at++;
                    continue;
                }
                AddedToken token = Objects.requireNonNull(byId.get(id));
                if (token.singleWord() && (wordBefore(text, from, at) || wordAfter(text, end, to))) {
                    at = end;
                    continue;
                }
                int start = at;
                at = end;
                while (token.lstrip() && start > done && PeerUnicode.isWhitespace(text[start - 1])) {
                    start--;
                }
                while (token.rstrip() && end < to && PeerUnicode.isWhitespace(text[end])) {
                    end++;
                }
                if (start < done) {
                    start = done;
                }
                if (start > done) {
                    out.part(done, start, -1);
                }
                out.part(start, end, id);
                done = end;
            }
            if (done < to) {
                out.part(done, to, -1);
            }
        }

        private static boolean wordBefore(char[] text, int from, int at) {
            return at > from && PeerUnicode.isWord(Character.codePointBefore(text, at, from));
        }

        private static boolean wordAfter(char[] text, int at, int to) {
            return at < to && PeerUnicode.isWord(Character.codePointAt(text, at, to));
        }
    }
}
