package dev.mokha.language.pretrain;

import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.List;

/// The token that stands between documents.
public final class EndOfText {
    private static final List<String> USUAL = List.of("<|endoftext|>", "</s>", "<|end_of_text|>", "<s>");

    private EndOfText() {}

    /// {@return what the model's configuration says, else the usual token that the tokenizer has}
    /// @throws IllegalArgumentException when there is none
    public static int of(SpecialIds special, Tokenizer tokenizer) {
        if (!special.eos().isEmpty()) {
            return special.eos().getFirst();
        }
        for (String token : USUAL) {
            if (tokenizer.id(token) >= 0) {
                return tokenizer.id(token);
            }
        }
        throw new IllegalArgumentException("no token ends a document: the configuration has no eos_token_id, the"
                + " tokenizer none of " + USUAL + "; add one of them");
    }
}
