package dev.mokha.knowledge.rank;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Lanes;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import java.util.Arrays;

/// Exact ranks by the distance `‖ŝ + r̂ − ô‖₁` of LKGE's TransE, rows L2-normalised ([Cui et al. 2023, §3.2](
/// https://arxiv.org/abs/2211.15845)): smaller is better.
///
/// Queries that ask the same share their distances. These are first computed in 16 bits with a bound of their
/// error; candidates that may stand on the other side of the answer are measured again in float64, and that
/// decides. So ranks and ties are those of float64, whatever the 16 bits said.
public final class DistanceRanker implements Ranker {
    private static final int TOGETHER = 16; // questions whose distances are in memory at a time

    private final Table entities;
    private final Table relations;
    private final Crew crew;

    /// @param entities `[entities, dim]`, as trained; they are normalised here
    /// @param relations `[relations, dim]`
    public DistanceRanker(Table entities, Table relations, Crew crew) {
        this.entities = entities;
        this.relations = relations;
        this.crew = crew;
    }

    @Override
    public Ranking rank(Facts queries, Answers known, int candidates) {
        var ranking = new Ranking(queries);
        if (queries.size() == 0) {
            return ranking;
        }
        var sorted = new Queries(queries);
        Table rows = normalized(entities);
        Table moves = normalized(relations);
        double[][] questions = new double[sorted.questions()][];
        for (int i = 0; i < questions.length; i++) {
            questions[i] = sum(rows, sorted.subject(i), moves, sorted.relation(i));
        }
        var distances = new ShortDistances(rows, candidates, questions);
        int parts = (questions.length + TOGETHER - 1) / TOGETHER;
        crew.deal(
                parts,
                (part, _) -> new Part(sorted, questions, rows, distances, known, candidates, ranking)
                        .run(part * TOGETHER, Math.min(questions.length, (part + 1) * TOGETHER)));
        return ranking;
    }

    private Table normalized(Table table) {
        var unit = new Table(table.rows(), table.dim());
        crew.split(table.rows(), 1, (from, to) -> {
            double[] lanes = new double[Table.UNIT];
            for (int row = from; row < to; row++) {
                int at = row * table.stride();
                Lanes.normalize(table.values(), at, unit.values(), at, table.stride(), lanes);
            }
        });
        return unit;
    }

    private static double[] sum(Table rows, int subject, Table moves, int relation) {
        double[] q = new double[rows.stride()];
        for (int i = 0; i < rows.dim(); i++) {
            q[i] = rows.values()[subject * rows.stride() + i] + moves.values()[relation * rows.stride() + i];
        }
        return q;
    }

    /// Some questions with all their queries.
    private static final class Part {
        private final Queries sorted;
        private final double[][] questions;
        private final Table rows;
        private final ShortDistances distances;
        private final Answers known;
        private final int candidates;
        private final Ranking ranking;
        private final double[] lanes = new double[Table.UNIT];
        private final int[] unsure;

        Part(
                Queries sorted,
                double[][] questions,
                Table rows,
                ShortDistances distances,
                Answers known,
                int candidates,
                Ranking ranking) {
            this.sorted = sorted;
            this.questions = questions;
            this.rows = rows;
            this.distances = distances;
            this.known = known;
            this.candidates = candidates;
            this.ranking = ranking;
            this.unsure = new int[distances.padded()];
        }

        void run(int from, int to) {
            short[] rounded = new short[TOGETHER * distances.dim()];
            short[] out = new short[TOGETHER * distances.padded()];
            double[] off = new double[TOGETHER];
            for (int i = from; i < to; i++) {
                off[i - from] = distances.round(questions[i], rounded, (i - from) * distances.dim());
            }
            distances.write(rounded, (to - from + 3) / 4 * 4, out);
            for (int i = from; i < to; i++) {
                question(i, out, (i - from) * distances.padded(), off[i - from]);
            }
        }

        private double distance(int question, int entity) {
            return Lanes.distance(questions[question], 0, rows.values(), entity * rows.stride(), rows.stride(), lanes);
        }

        private void question(int question, short[] out, int at, double off) {
            int[] others = known.to(sorted.subject(question), sorted.relation(question));
            others = Arrays.stream(others).filter(e -> e < candidates).toArray();
            double[] away = new double[others.length];
            for (int i = 0; i < others.length; i++) {
                away[i] = distance(question, others[i]);
            }
            for (int place = sorted.from(question); place < sorted.to(question); place++) {
                int answer = sorted.object(place);
                Queries.require(answer, candidates);
                double right = distance(question, answer);
                long told = distances.nearer(out, at, right, off, unsure);
                var count = new Count(answer, right, (int) (told >>> 32));
                for (int i = 0; i < (int) told; i++) {
                    count.add(unsure[i], distance(question, unsure[i]), 1);
                }
                for (int i = 0; i < others.length; i++) {
                    count.add(others[i], away[i], -1);
                }
                ranking.set(sorted.query(place), count.better, count.equal, count.before);
            }
        }
    }

    /// Candidates that stand before an answer or beside it.
    private static final class Count {
        private final int answer;
        private final double right;
        private int better;
        private int equal;
        private int before;

        Count(int answer, double right, int better) {
            this.answer = answer;
            this.right = right;
            this.better = better;
        }

        void add(int entity, double distance, int times) {
            if (entity == answer) {
                return;
            }
            if (distance < right) {
                better += times;
            } else if (distance == right) {
                equal += times;
                before += entity < answer ? times : 0;
            }
        }
    }
}
