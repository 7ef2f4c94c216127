package dev.mokha.language.generate;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds the repetitions that a next token would lengthen, for [Dry].
///
/// The lengths come from the Z function of the reversed tokens (Gusfield 1997, §1.3), in linear time: `z[i]`
/// is how far the tokens before place `i` from the end agree with the tokens before the end.
final class Repetitions {
    private final Dry dry;
    private final Set<Integer> single = new HashSet<>();
    private int[] z = {};

    Repetitions(Dry dry) {
        this.dry = dry;
        for (List<Integer> breaker : dry.breakers()) {
            if (breaker.size() == 1) {
                single.add(breaker.getFirst());
            }
        }
    }

    /// Makes the tokens that would lengthen a repetition less likely.
    void penalise(History history, Edits logits) {
        int size = dry.window() == 0 ? history.size() : Math.min(history.size(), dry.window());
        int longest = sinceBreaker(history, size);
        if (longest < dry.allowedLength()) {
            return;
        }
        Map<Integer, Integer> lengths = new HashMap<>();
        agree(history, size);
        for (int i = 1; i < size; i++) {
            int length = Math.min(z[i], longest);
            if (length >= dry.allowedLength()) {
                lengths.merge(history.back(i - 1), length, Math::max);
            }
        }
        lengths.forEach((id, length) -> {
            if (!single.contains(id) && id < logits.vocab()) {
                double penalty = dry.multiplier() * Math.pow(dry.base(), length - dry.allowedLength());
                logits.set(id, (float) Math.max(logits.at(id) - penalty, -Float.MAX_VALUE)); // unlikely, not banned
            }
        });
    }

    /// {@return how many tokens stand behind the latest breaker within the last `size`}
    private int sinceBreaker(History history, int size) {
        for (int since = 0; since < size && !dry.breakers().isEmpty(); since++) {
            for (List<Integer> breaker : dry.breakers()) {
                if (since + breaker.size() <= size && endsAt(history, since, breaker)) {
                    return since;
                }
            }
        }
        return size;
    }

    private static boolean endsAt(History history, int since, List<Integer> breaker) {
        for (int i = 0; i < breaker.size(); i++) {
            if (history.back(since + breaker.size() - 1 - i) != breaker.get(i)) {
                return false;
            }
        }
        return true;
    }

    private void agree(History history, int size) {
        z = z.length < size ? new int[2 * size] : z;
        int left = 0;
        int right = 0; // tokens [left, right) from the end are known to agree with the first right − left
        for (int i = 1; i < size; i++) {
            int same = i < right ? Math.min(right - i, z[i - left]) : 0;
            while (i + same < size && history.back(same) == history.back(i + same)) {
                same++;
            }
            z[i] = same;
            if (i + same > right) {
                left = i;
                right = i + same;
            }
        }
    }
}
