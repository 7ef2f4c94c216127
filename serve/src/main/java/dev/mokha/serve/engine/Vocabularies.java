package dev.mokha.serve.engine;

import dev.mokha.serve.model.UnfitOptionException;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.Objects;

/// Whether two models mean the same by their token ids.
final class Vocabularies {
    private Vocabularies() {}

    /// @param name the other model's, for the message
    /// @throws UnfitOptionException when they do not
    static void requireSame(String name, Tokenizer other, Tokenizer model) {
        int bound = Math.max(other.idBound(), model.idBound());
        for (int id = 0; id < bound; id++) {
            if (!Objects.equals(other.token(id), model.token(id))) {
                throw new UnfitOptionException(name + " has another vocabulary: token " + id + " is " + name(other, id)
                        + " there and " + name(model, id)
                        + " in the model; take one that was trained with the same tokenizer");
            }
        }
    }

    private static String name(Tokenizer tokenizer, int id) {
        String token = tokenizer.token(id);
        return token == null ? "none" : "'" + token + "'";
    }
}
