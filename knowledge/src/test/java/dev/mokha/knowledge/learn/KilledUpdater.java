package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.link.ComplEx;
import dev.mokha.knowledge.link.LinkRecipe;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.SnapshotWriter;
import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import java.nio.file.Path;

/// A program that updates a store day by day until it is killed; its arguments are the store and how the
/// model learns, `lkge` or `link`.
final class KilledUpdater {
    static final String MODEL = "m";

    private static final int FACTS = 40;

    private KilledUpdater() {}

    public static void main(String[] args) {
        try (var graph = GraphStore.create(Path.of(args[0]));
                var crew = new Crew(1)) {
            boolean atOnce = args[1].equals("link");
            if (graph.models().find(MODEL).isEmpty()) {
                begin(graph, crew, atOnce);
            }
            for (int day = graph.snapshots().size(); ; day++) {
                int today = day;
                GraphUpdate.Changes changes = writer -> write(writer, today);
                if (atOnce) {
                    var hearing = new LinkUpdate.Hearing(Progress.none(), new StopSignal());
                    new LinkUpdate(graph, MODEL, new LinkRefresh(2, 1, false, 1, 10), hearing).run(changes);
                } else {
                    new GraphUpdate(graph, MODEL, new Effort(20, 10, true), crew)
                            .run(changes, dev.mokha.knowledge.lifelong.Progress.SILENT);
                }
                System.out.println(day);
            }
        }
    }

    private static void begin(GraphStore graph, Crew crew, boolean atOnce) {
        if (!atOnce) {
            graph.models().create(MODEL, "lkge", GridStore.settings("lkge", 2).json());
            return;
        }
        try (var writer = graph.write()) {
            write(writer, 0);
            writer.commit();
        }
        LinkRecipe recipe = LinkRecipe.fb15k237()
                .withScorer(ComplEx.Config.of(8))
                .withLength(new LinkRecipe.Length(1, 1, 0))
                .withPrecision(Fit.Precision.FLOAT32);
        new LinkLearning(graph, recipe, crew).learn(MODEL, Progress.none(), new StopSignal());
    }

    private static void write(SnapshotWriter writer, int today) {
        writer.begin("day " + today);
        for (int i = 0; i < FACTS; i++) {
            Split split = i % 8 == 7 ? Split.TEST : Split.TRAIN;
            writer.fact(new Fact("e" + today + "-" + i, "r" + i % 3, "e" + i), i, "", split);
        }
        if (today > 0) {
            writer.remove(new Fact("e" + (today - 1) + "-0", "r0", "e0"));
        }
    }
}
