package dev.mokha.language.question;

import dev.mokha.text.tokenizer.Encoding;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cuts questions and their contexts into windows that fit the model, as BERT's `run_squad.py` does:
/// the context in stretches that start `stride` tokens apart, each behind the question, with the
/// special tokens that the tokenizer's post-processor puts around a pair.
///
/// Not for several threads at once: it remembers the last context, which usually has several questions.
public final class Windows {
    private final Tokenizer tokenizer;
    private final Config config;
    private final Frame frame;
    private @Nullable ContextTokens last;

    /// How long windows are.
    ///
    /// @param maxLength the most tokens in a window, special ones included
    /// @param maxQuestion the most tokens of the question; the rest is cut off
    /// @param stride tokens from the start of one window to the start of the next
    public record Config(int maxLength, int maxQuestion, int stride) {
        public Config {
            if (maxQuestion < 1 || stride < 1 || maxLength < maxQuestion + 5) {
                throw new IllegalArgumentException("windows of " + maxLength + " tokens, questions of at most "
                        + maxQuestion + " and stride " + stride + " leave no room for a context; a window needs at"
                        + " least 5 tokens more than a question, and the stride must be positive");
            }
        }

        /// The sizes of [Devlin et al. 2019](https://arxiv.org/abs/1810.04805) and its code: 384, 64,
        /// 128.
        public static Config squad() {
            return new Config(384, 64, 128);
        }

        public Config withMaxLength(int value) {
            return new Config(value, Math.min(maxQuestion, Math.max(1, value - 5)), stride);
        }

        public Config withStride(int value) {
            return new Config(maxLength, maxQuestion, value);
        }
    }

    /// @throws IllegalArgumentException when the tokenizer doesn't put special tokens around a pair
    ///     of texts
    public Windows(Tokenizer tokenizer, Config config) {
        // What a folder says about lengths is for single texts; here windows do the cutting.
        this.tokenizer = tokenizer.toBuilder().truncation(null).padding(null).build();
        this.config = config;
        this.frame = Frame.of(this.tokenizer);
    }

    /// The special tokens of a pair, and the type ids of everything.
    private record Frame(List<Token> before, int question, List<Token> between, int context, List<Token> after) {
        private record Token(int id, int type) {}

        static Frame of(Tokenizer tokenizer) {
            Encoding pair = tokenizer.encodePair("a", "a", true);
            int[] types = pair.typeIds();
            List<List<Token>> parts = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            int[] textTypes = new int[2];
            int part = 0;
            boolean[] seen = new boolean[2];
            for (int i = 0; i < pair.size(); i++) {
                int text = pair.sequence(i);
                if (text < 0) {
                    parts.get(part).add(new Token(pair.id(i), types[i]));
                } else {
                    part = text + 1;
                    textTypes[text] = types[i];
                    seen[text] = true;
                }
            }
            if (!seen[0] || !seen[1] || parts.get(0).isEmpty() || parts.get(1).isEmpty()) {
                throw new IllegalArgumentException("the tokenizer puts no special tokens before and between two texts"
                        + " (a pair becomes " + pair.tokens() + "); question answering needs [CLS] and [SEP], so give"
                        + " its tokenizer.json a post_processor for pairs");
            }
            return new Frame(parts.get(0), textTypes[0], parts.get(1), textTypes[1], parts.get(2));
        }

        int size() {
            return before.size() + between.size() + after.size();
        }
    }

    /// {@return the windows of a question, in the order of the context; none when the context has no
    /// token}
    public List<Window> of(Question question) {
        ContextTokens context = tokens(question.context());
        int[] asked = tokenizer.encodeIds(question.text(), false);
        if (asked.length > config.maxQuestion()) {
            asked = Arrays.copyOf(asked, config.maxQuestion());
        }
        int room = config.maxLength() - asked.length - frame.size();
        if (room < 1) {
            throw new IllegalArgumentException("a window of " + config.maxLength() + " tokens has no room for a context"
                    + " after a question of " + asked.length + " and " + frame.size() + " special tokens; raise it");
        }
        @Nullable Gold target = question.target().orElse(null);
        int @Nullable [] span = target == null ? null : context.span(target);
        List<int[]> stretches = stretches(context.size(), room, config.stride());
        List<Window> windows = new ArrayList<>(stretches.size());
        for (int i = 0; i < stretches.size(); i++) {
            windows.add(window(context, asked, stretches, i, span));
        }
        return windows;
    }

    private ContextTokens tokens(String text) {
        ContextTokens known = last;
        if (known == null || !known.text().equals(text)) {
            known = ContextTokens.of(text, tokenizer);
            last = known;
        }
        return known;
    }

    /// {@return first token and length of each stretch. The official code steps by the shorter of
    /// stride and length, so that nothing is skipped}
    static List<int[]> stretches(int tokens, int room, int stride) {
        List<int[]> stretches = new ArrayList<>();
        for (int from = 0; from < tokens; from += Math.min(room, stride)) {
            int length = Math.min(tokens - from, room);
            stretches.add(new int[] {from, length});
            if (from + length == tokens) {
                break;
            }
        }
        return stretches;
    }

    /// {@return the number of the stretch that shows a token with the most context: the largest
    /// `min(left, right) + 0.01 · length`, the first of equals}
    static int maxContext(List<int[]> stretches, int token) {
        double best = Double.NEGATIVE_INFINITY;
        int where = -1;
        for (int i = 0; i < stretches.size(); i++) {
            int from = stretches.get(i)[0];
            int length = stretches.get(i)[1];
            if (token < from || token >= from + length) {
                continue;
            }
            double score = Math.min(token - from, from + length - 1 - token) + 0.01 * length;
            if (score > best) {
                best = score;
                where = i;
            }
        }
        return where;
    }

    private Window window(
            ContextTokens context, int[] asked, List<int[]> stretches, int number, int @Nullable [] span) {
        int from = stretches.get(number)[0];
        int length = stretches.get(number)[1];
        int[] ids = new int[asked.length + length + frame.size()];
        int[] types = new int[ids.length];
        int at = 0;
        for (Frame.Token token : frame.before()) {
            ids[at] = token.id();
            types[at++] = token.type();
        }
        for (int id : asked) {
            ids[at] = id;
            types[at++] = frame.question();
        }
        for (Frame.Token token : frame.between()) {
            ids[at] = token.id();
            types[at++] = token.type();
        }
        int offset = at;
        boolean[] max = new boolean[length];
        for (int i = 0; i < length; i++) {
            ids[at] = context.id(from + i);
            types[at++] = frame.context();
            max[i] = maxContext(stretches, from + i) == number;
        }
        for (Frame.Token token : frame.after()) {
            ids[at] = token.id();
            types[at++] = token.type();
        }
        int[] gold = span == null || span[0] < from || span[1] >= from + length
                ? new int[2]
                : new int[] {span[0] - from + offset, span[1] - from + offset};
        return new Window(context, from, offset, ids, types, max, gold);
    }
}
