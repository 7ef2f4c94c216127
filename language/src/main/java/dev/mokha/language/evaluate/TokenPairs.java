package dev.mokha.language.evaluate;

import dev.mokha.language.generate.LanguageModel;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cuts texts into the tokens before an answer and those of it, as lm-evaluation-harness does: a context and
/// its answer are encoded as one text, space at the context's end belonging to the answer.
final class TokenPairs {
    private final Tokenizer tokenizer;
    private final int positions;
    private final @Nullable String begin;
    private final int first;
    private String lastContext = "";
    private int[] lastTokens = {};

    TokenPairs(LanguageModel model) {
        this.tokenizer = model.tokenizer();
        this.positions = model.decoder().config().maxPositionEmbeddings();
        var special = model.special();
        @Nullable Integer bos = special.bos();
        this.first =
                bos != null ? bos : special.eos().isEmpty() ? -1 : special.eos().getFirst();
        this.begin = bos == null ? null : tokenizer.token(bos);
    }

    /// {@return an answer's tokens, and those before it}
    /// @throws EvaluationException when the answer has no tokens of its own
    Continuation of(String context, String answer) {
        if (context.isEmpty()) {
            int[] tokens = tokenizer.encodeIds(answer, false);
            boolean begun = tokens.length > 1 && tokens[0] == first();
            return begun
                    ? new Continuation(new int[] {tokens[0]}, Arrays.copyOfRange(tokens, 1, tokens.length))
                    : checked(new int[] {first()}, tokens, context, answer);
        }
        String bare = context.stripTrailing();
        int[] whole = prompt(context + answer);
        if (!bare.equals(lastContext)) { // a question's choices come one after another
            lastTokens = prompt(bare);
            lastContext = bare;
        }
        int[] before = lastTokens;
        if (before.length == 0) { // the context is nothing but space
            return checked(new int[] {first()}, whole, context, answer);
        }
        int[] tokens = Arrays.copyOfRange(whole, Math.min(before.length, whole.length), whole.length);
        return checked(before, tokens, context, answer);
    }

    private static Continuation checked(int[] before, int[] tokens, String context, String answer) {
        if (tokens.length == 0) {
            throw new EvaluationException("the answer '" + answer + "' has no tokens of its own behind '…"
                    + context.substring(Math.max(0, context.length() - 40)) + "'");
        }
        return new Continuation(before, tokens);
    }

    /// {@return a text's tokens, with those that the tokenizer adds unless the text has them}
    int[] prompt(String text) {
        return tokenizer.encodeIds(text, begin == null || !text.startsWith(begin));
    }

    /// {@return all tokens of a text, each predicted once, in windows as long as the model can read}
    List<Continuation> windows(String text) {
        int[] ids = prompt(text);
        List<Continuation> windows = new ArrayList<>();
        int predicted = 0;
        while (predicted < ids.length) {
            int count = Math.min(ids.length - predicted, positions);
            int end = predicted + count;
            int[] context;
            if (predicted == 0) {
                context = new int[] {first()};
            } else {
                int from = Math.max(0, end - positions - 1);
                context = Arrays.copyOfRange(ids, from, end - count);
            }
            windows.add(new Continuation(context, Arrays.copyOfRange(ids, predicted, end)));
            predicted = end;
        }
        return windows;
    }

    private int first() {
        if (first < 0) {
            throw new EvaluationException(
                    "a text without context has to stand behind a token that begins texts, and the"
                            + " model's configuration has no bos_token_id and no eos_token_id");
        }
        return first;
    }
}
