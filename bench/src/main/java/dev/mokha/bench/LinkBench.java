package dev.mokha.bench;

import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.link.LinkData;
import dev.mokha.knowledge.link.LinkModel;
import dev.mokha.knowledge.link.LinkRecipe;
import dev.mokha.knowledge.link.LinkTraining;
import dev.mokha.knowledge.link.ScorerRanker;
import dev.mokha.knowledge.rank.RankMetrics;
import dev.mokha.knowledge.rank.Ranking;
import dev.mokha.knowledge.rank.RelationMetrics;
import dev.mokha.knowledge.rank.Ties;
import dev.mokha.knowledge.triples.BadLines;
import dev.mokha.knowledge.triples.FactFile;
import dev.mokha.knowledge.triples.Names;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.knowledge.triples.Triples;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Link prediction: trains by a recipe and measures on the test facts, filtered, both directions, ties at
/// their average.
///
/// `LinkBench DATA OUTPUT [RECIPE]`: DATA has `train.tsv.gz`, `valid.tsv.gz` and `test.tsv.gz`, or the same
/// without `.gz`; RECIPE is a JSON file, without which FB15k-237's is taken, or `-` to measure what OUTPUT
/// holds without training. Run again, it goes on where it stopped.
final class LinkBench {
    private LinkBench() {}

    public static void main(String[] args) {
        if (args.length < 2 || args.length > 3) {
            System.err.println("usage: LinkBench DATA OUTPUT [RECIPE.json | -]");
            System.exit(2);
        }
        var relations = new Names();
        LinkData data = read(Path.of(args[0]), relations);
        System.out.printf(
                "%,d entities, %d relations with their inverses, %,d + %,d + %,d facts%n",
                data.entities(),
                data.relations(),
                data.of(Split.TRAIN).size(),
                data.of(Split.VALID).size(),
                data.of(Split.TEST).size());
        Path output = Path.of(args[1]);
        try (LinkModel model = model(args, output, data)) {
            measure(model, data, relations);
        }
    }

    private static LinkModel model(String[] args, Path output, LinkData data) {
        if (args.length == 3 && args[2].equals("-")) {
            return LinkModel.load(output);
        }
        LinkRecipe recipe = args.length == 3 ? LinkRecipe.read(Path.of(args[2])) : LinkRecipe.fb15k237();
        System.out.print(recipe.json());
        var training = new LinkTraining(output, Progress.lines(System.out, "link"), new StopSignal());
        LinkTraining.Trained trained = training.run(recipe, data);
        System.out.println(trained.result());
        return trained.model();
    }

    private static void measure(LinkModel model, LinkData data, Names relations) {
        for (Split split : new Split[] {Split.VALID, Split.TEST}) {
            Facts queries = data.of(split).withInverses();
            long start = System.nanoTime();
            Ranking ranking = new ScorerRanker(model).rank(queries, data.known(), data.entities());
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "%s: %s; %,d queries in %.1f s%n",
                    split.label(), line(ranking.metrics(Ties.AVERAGE)), queries.size(), seconds);
            System.out.printf(
                    "  objects %s%n  subjects %s%n",
                    line(RelationMetrics.direction(ranking, Ties.AVERAGE, true)),
                    line(RelationMetrics.direction(ranking, Ties.AVERAGE, false)));
            System.out.printf(
                    "  MRR optimistic %.4f, pessimistic %.4f%n",
                    ranking.metrics(Ties.OPTIMISTIC).mrr(),
                    ranking.metrics(Ties.PESSIMISTIC).mrr());
            if (split == Split.TEST) {
                often(RelationMetrics.of(ranking, Ties.AVERAGE), relations);
            }
        }
    }

    private static void often(List<RelationMetrics> figures, Names relations) {
        figures.stream()
                .sorted(Comparator.comparingLong(
                                (RelationMetrics relation) -> relation.objects().count())
                        .reversed())
                .limit(10)
                .forEach(relation -> System.out.printf(
                        "  %,6d facts, MRR objects %.3f, subjects %.3f: %s%n",
                        relation.objects().count(),
                        relation.objects().mrr(),
                        relation.subjects().mrr(),
                        relations.name(relation.relation() / 2)));
    }

    private static String line(RankMetrics figures) {
        return "MRR %.4f hits@1 %.4f @3 %.4f @10 %.4f mean rank %.1f"
                .formatted(figures.mrr(), figures.hits1(), figures.hits3(), figures.hits10(), figures.mr());
    }

    private static LinkData read(Path folder, Names relations) {
        var entities = new Names();
        Map<Split, Facts> splits = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
            Path packed = folder.resolve(split.label() + ".tsv.gz");
            Path file = Files.exists(packed) ? packed : folder.resolve(split.label() + ".tsv");
            var triples = new Triples.Builder();
            FactFile.of(file)
                    .read(
                            new BadLines(0),
                            (fact, _, _, _) -> triples.add(
                                    entities.add(fact.head()),
                                    relations.add(fact.relation()),
                                    entities.add(fact.tail())));
            splits.put(split, Facts.of(triples.build()));
        }
        return LinkData.of(splits);
    }
}
