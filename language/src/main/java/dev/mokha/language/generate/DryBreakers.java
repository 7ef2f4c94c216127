package dev.mokha.language.generate;

import dev.mokha.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Texts over which no repetition reaches, as [Dry] takes them: sequences of ids. A token that contains the
/// text is one by itself; one that ends with its beginning is one together with the tokens of the rest.
public final class DryBreakers {
    /// What its author recommends: line break, colon, quotation mark, asterisk.
    public static final List<String> USUAL = List.of("\n", ":", "\"", "*");

    private DryBreakers() {}

    /// Looks through a vocabulary; for many requests with the same texts once.
    public static List<List<Integer>> of(Tokenizer tokenizer, List<String> texts) {
        Set<List<Integer>> breakers = new LinkedHashSet<>();
        for (int id = 0; id < tokenizer.idBound(); id++) {
            if (tokenizer.token(id) == null) {
                continue;
            }
            String token = tokenizer.decode(new int[] {id}, false);
            for (String text : texts) {
                if (token.contains(text)) {
                    breakers.add(List.of(id));
                    continue;
                }
                for (int length = Math.min(token.length(), text.length() - 1); length > 0; length--) {
                    if (token.endsWith(text.substring(0, length))) {
                        breakers.add(sequence(id, tokenizer.encodeIds(text.substring(length), false)));
                    }
                }
            }
        }
        return List.copyOf(breakers);
    }

    private static List<Integer> sequence(int head, int[] tail) {
        var ids = new ArrayList<Integer>();
        ids.add(head);
        Arrays.stream(tail).forEach(ids::add);
        return ids;
    }
}
