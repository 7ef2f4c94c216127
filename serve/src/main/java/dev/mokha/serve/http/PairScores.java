package dev.mokha.serve.http;

import dev.mokha.language.encoder.Sequence;
import dev.mokha.serve.encode.Head;
import dev.mokha.serve.encode.Squash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How well pairs of texts go together: what a cross-encoder says of both read together, or the cosine of
/// their vectors.
final class PairScores {
    private final Head head;
    private final List<Sequence> sequences = new ArrayList<>();
    private final int[] first;
    private final int[] second;
    private final boolean plain;

    /// A field's texts.
    record Side(String field, List<String> texts) {
        /// {@return the text of a pair; of a single one always that}
        int index(int pair) {
            return texts.size() == 1 ? 0 : pair;
        }

        String named(int index) {
            return texts.size() == 1 ? field : field + "[" + index + "]";
        }
    }

    /// @param left one text, or as many as on the right
    PairScores(EncoderTexts texts, Fields fields, Side left, Side right) {
        this.head = texts.encoder().head();
        this.plain = !fields.flag("use_activation", true);
        int pairs = right.texts.size();
        this.first = new int[pairs];
        this.second = new int[pairs];
        switch (head) {
            case Head.Vectors _ -> {
                for (Side side : List.of(left, right)) {
                    for (int i = 0; i < side.texts.size(); i++) {
                        sequences.add(texts.text(side.texts.get(i), side.named(i)));
                    }
                }
                Arrays.setAll(first, left::index);
                Arrays.setAll(second, pair -> left.texts.size() + pair);
            }
            case Head.Classes _ -> {
                for (int pair = 0; pair < pairs; pair++) {
                    int other = left.index(pair);
                    sequences.add(texts.pair(
                            left.texts.get(other),
                            right.texts.get(pair),
                            List.of(left.named(other), right.named(pair))));
                }
            }
        }
    }

    List<Sequence> sequences() {
        return sequences;
    }

    /// {@return a score for each pair}
    double[] of(List<float[]> rows) {
        double[] scores = new double[first.length];
        switch (head) {
            case Head.Vectors vectors ->
                Arrays.setAll(scores, i -> vectors.cosine(rows.get(first[i]), rows.get(second[i])));
            case Head.Classes classes -> {
                Squash squash = plain ? Squash.IDENTITY : classes.squash();
                Arrays.setAll(scores, i -> squash.of(rows.get(i)[0]));
            }
        }
        return scores;
    }
}
