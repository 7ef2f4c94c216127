package dev.mokha.language.generate;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What may not come: [TokenRules], and the ids that end a text before it may end.
final class Constraints {
    private final TokenRules rules;
    private final long @Nullable [] allowed;
    private final int largestAllowed;
    private final Set<Integer> ends;

    /// @param ends the ids that are held back until an answer may end
    Constraints(TokenRules rules, Set<Integer> ends) {
        this.rules = rules;
        this.ends = new HashSet<>(ends);
        if (rules.allowed().isEmpty()) {
            this.allowed = null;
            this.largestAllowed = 0;
        } else {
            var bits = new BitSet();
            rules.allowed().forEach(bits::set);
            this.allowed = bits.toLongArray();
            this.largestAllowed = bits.length() - 1;
        }
    }

    /// Adds the bias and takes away what is not allowed, or banned.
    void apply(History history, Edits edits, LogitRow row, long @Nullable [] mask) {
        rules.bias().forEach((id, bias) -> edits.set(known(id, edits), edits.at(id) + bias.floatValue()));
        if (allowed != null) {
            known(largestAllowed, edits);
            row.keep(allowed);
        }
        for (List<Integer> words : rules.banned()) {
            if (comesNext(words, history)) {
                edits.set(known(words.getLast(), edits), Float.NEGATIVE_INFINITY);
            }
        }
        if (mask != null) {
            row.keep(mask);
        }
    }

    /// Takes the ends away.
    void holdEnds(Edits edits) {
        for (int end : ends) {
            if (end < edits.vocab()) {
                edits.set(end, Float.NEGATIVE_INFINITY);
            }
        }
    }

    private static int known(int id, Edits edits) {
        if (id >= edits.vocab()) {
            throw new IllegalArgumentException("a rule of the request names the token " + id
                    + "; the model's vocabulary has " + edits.vocab() + ", from 0");
        }
        return id;
    }

    private static boolean comesNext(List<Integer> words, History history) {
        int before = words.size() - 1;
        if (before > history.size()) {
            return false;
        }
        for (int i = 0; i < before; i++) {
            if (history.back(before - 1 - i) != words.get(i)) {
                return false;
            }
        }
        return true;
    }
}
