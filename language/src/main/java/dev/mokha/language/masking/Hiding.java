package dev.mokha.language.masking;

import dev.mokha.language.corpus.SplitMix;

/// Chooses which tokens of one sequence are hidden, and puts something in their place.
final class Hiding {
    private final Masking masking;
    private final Pieces pieces;
    private final SplitMix random;

    Hiding(Masking masking, Pieces pieces, SplitMix random) {
        this.masking = masking;
        this.pieces = pieces;
        this.random = random;
    }

    /// Hides tokens in place.
    ///
    /// @param hidden set where a token was hidden
    /// @return how many
    int hide(int[] ids, boolean[] hidden) {
        int count = masking.count(ids.length);
        return switch (masking.kind()) {
            case Masking.Kind.Tokens() -> groups(ids, hidden, count, Masking.words(ids, pieces, false));
            case Masking.Kind.WholeWords() -> groups(ids, hidden, count, Masking.words(ids, pieces, true));
            case Masking.Kind.Spans spans -> spans(ids, hidden, count, spans);
        };
    }

    /// Groups in random order, each token of a group treated on its own.
    private int groups(int[] ids, boolean[] hidden, int count, int[] starts) {
        int[] order = Draws.order(starts.length - 1, random);
        int[] ends = ends(ids, starts);
        int done = 0;
        for (int group : order) {
            if (done >= count) {
                break;
            }
            int size = ends[group] - starts[group];
            if (done + size > count) {
                continue;
            }
            for (int i = starts[group]; i < ends[group]; i++) {
                ids[i] = instead(ids[i], random.unit());
                hidden[i] = true;
            }
            done += size;
        }
        return done;
    }

    private int spans(int[] ids, boolean[] hidden, int count, Masking.Kind.Spans spans) {
        int[] starts = Masking.words(ids, pieces, true);
        int[] ends = ends(ids, starts);
        int done = 0;
        for (int first : Draws.order(starts.length - 1, random)) {
            if (done >= count) {
                break;
            }
            if (hidden[starts[first]]) {
                continue;
            }
            int words = length(spans);
            double treatment = random.unit();
            for (int word = first; word < first + words && word < ends.length; word++) {
                int size = ends[word] - starts[word];
                boolean adjoins = word == first || starts[word] == ends[word - 1];
                if (!adjoins || hidden[starts[word]] || done + size > count) {
                    break;
                }
                for (int i = starts[word]; i < ends[word]; i++) {
                    ids[i] = instead(ids[i], treatment);
                    hidden[i] = true;
                }
                done += size;
            }
        }
        return done;
    }

    /// Each word's last token plus one: where the next begins, or a special token stands.
    private int[] ends(int[] ids, int[] starts) {
        int[] ends = new int[starts.length - 1];
        for (int i = 0; i < ends.length; i++) {
            int end = starts[i + 1];
            while (pieces.frames(ids[end - 1])) {
                end--;
            }
            ends[i] = end;
        }
        return ends;
    }

    private int instead(int id, double treatment) {
        Masking.Mix mix = masking.mix();
        if (treatment < mix.mask()) {
            return pieces.special().mask();
        }
        return treatment < mix.mask() + mix.same() ? id : pieces.id(random.below(pieces.count()));
    }

    /// Draws from `p (1 − p)ⁿ⁻¹`, cut off at the longest and scaled to sum to 1.
    private int length(Masking.Kind.Spans spans) {
        double within = 1 - Math.pow(1 - spans.p(), spans.longest());
        double n = Math.log1p(-random.unit() * within) / Math.log1p(-spans.p());
        return Math.min(spans.longest(), 1 + (int) n);
    }
}
