package dev.mokha.bench;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.rank.DistanceRanker;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/// How the time of exact ranks grows with the number of entities: random vectors, 1,000 questions, each
/// asked in both directions; the median of three.
///
///     java … dev.mokha.bench.RankGrowthBench THREADS
final class RankGrowthBench {
    private static final int[] ENTITIES = {10_000, 20_000, 40_000, 80_000, 160_000};
    private static final int RELATIONS = 474;
    private static final int QUESTIONS = 1_000;

    private RankGrowthBench() {}

    public static void main(String[] args) {
        var random = new SplittableRandom(1);
        Table relations = Table.xavier(RELATIONS, 200, random);
        System.out.println("| entities | seconds | nanoseconds a distance |");
        System.out.println("|---|---|---|");
        try (var crew = new Crew(Integer.parseInt(args[0]))) {
            rank(ENTITIES[0], relations, random, crew); // warm-up
            for (int entities : ENTITIES) {
                double seconds = rank(entities, relations, random, crew);
                System.out.printf(
                        Locale.ROOT,
                        "| %,d | %.3f | %.2f |%n",
                        entities,
                        seconds,
                        seconds * 1e9 / (2.0 * QUESTIONS * entities));
            }
        }
    }

    private static double rank(int entities, Table relations, SplittableRandom random, Crew crew) {
        Table rows = Table.xavier(entities, 200, random);
        int[] subjects = random.ints(QUESTIONS, 0, entities).toArray();
        int[] kinds = random.ints(QUESTIONS, 0, RELATIONS / 2).map(r -> 2 * r).toArray();
        int[] objects = random.ints(QUESTIONS, 0, entities).toArray();
        Facts facts = Facts.of(subjects, kinds, objects);
        Answers known = Answers.of(facts);
        double[] seconds = new double[3];
        for (int i = 0; i < seconds.length; i++) {
            long begin = System.nanoTime();
            new DistanceRanker(rows, relations, crew).rank(facts.withInverses(), known, entities);
            seconds[i] = (System.nanoTime() - begin) / 1e9;
        }
        Arrays.sort(seconds);
        return seconds[1];
    }
}
