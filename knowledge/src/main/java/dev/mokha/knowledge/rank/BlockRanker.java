package dev.mokha.knowledge.rank;

import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;

/// Ranks by scores that are computed for many questions at once, each question only once however many
/// answers it has. The ranks are those of [LoopRanker] on the same scores.
public final class BlockRanker implements Ranker {
    private final Blocks blocks;
    private final int together;

    /// @param together how many questions a block has
    public BlockRanker(Blocks blocks, int together) {
        if (together < 1) {
            throw new IllegalArgumentException("a block has at least one question, not " + together);
        }
        this.blocks = blocks;
        this.together = together;
    }

    /// How well objects fit questions.
    @FunctionalInterface
    public interface Blocks {
        /// {@return the scores of `(subject, relation, e)` for each candidate `e` from 0, question after
        /// question; higher is better}
        float[] of(int[] subjects, int[] relations, int candidates);
    }

    @Override
    public Ranking rank(Facts queries, Answers known, int candidates) {
        var ranking = new Ranking(queries);
        var sorted = new Queries(queries);
        for (int from = 0; from < sorted.questions(); from += together) {
            int to = Math.min(sorted.questions(), from + together);
            int[] subjects = new int[to - from];
            int[] relations = new int[to - from];
            for (int i = from; i < to; i++) {
                subjects[i - from] = sorted.subject(i);
                relations[i - from] = sorted.relation(i);
            }
            float[] scores = blocks.of(subjects, relations, candidates);
            for (int i = from; i < to; i++) {
                question(sorted, i, known, new Row(scores, (i - from) * candidates, candidates), ranking);
            }
        }
        return ranking;
    }

    /// A question's scores: `count` of them from `at`.
    private record Row(
            @SuppressWarnings("ArrayRecordComponent") float[] scores, int at, int count) {}

    private static void question(Queries sorted, int question, Answers known, Row row, Ranking ranking) {
        int queries = sorted.to(question) - sorted.from(question);
        float[] right = new float[queries];
        for (int i = 0; i < queries; i++) {
            int answer = sorted.object(sorted.from(question) + i);
            Queries.require(answer, row.count);
            right[i] = row.scores[row.at + answer];
            if (Float.isNaN(right[i])) {
                throw new IllegalStateException("the score of (" + sorted.subject(question) + ", "
                        + sorted.relation(question) + ", " + answer + ") is no number: the model has diverged");
            }
        }
        for (int e : known.to(sorted.subject(question), sorted.relation(question))) {
            if (e < row.count) {
                row.scores[row.at + e] = Float.NaN; // neither better nor equal
            }
        }
        for (int i = 0; i < queries; i++) {
            int place = sorted.from(question) + i;
            count(row, sorted.object(place), right[i], ranking, sorted.query(place));
        }
    }

    private static void count(Row row, int answer, float right, Ranking ranking, int query) {
        int better = 0;
        int equal = 0;
        int before = 0;
        float[] scores = row.scores;
        for (int e = 0, at = row.at; e < row.count; e++, at++) {
            if (scores[at] > right) {
                better++;
            } else if (scores[at] == right && e != answer) {
                equal++;
                before += e < answer ? 1 : 0;
            }
        }
        ranking.set(query, better, equal, before);
    }
}
