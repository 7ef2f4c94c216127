package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.lifelong.Progress;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;
import java.nio.file.Path;

/// A program that updates a store day by day until it is killed; its argument is the store.
final class KilledUpdater {
    static final String MODEL = "m";

    private static final int FACTS = 40;

    private KilledUpdater() {}

    public static void main(String[] args) {
        try (var graph = GraphStore.create(Path.of(args[0]));
                var crew = new Crew(1)) {
            if (graph.models().find(MODEL).isEmpty()) {
                graph.models()
                        .create(MODEL, "lkge", GridStore.settings("lkge", 2).json());
            }
            var update = new GraphUpdate(graph, MODEL, new Effort(20, 10, true), crew);
            for (int day = graph.snapshots().size(); ; day++) {
                int today = day;
                update.run(
                        writer -> {
                            writer.begin("day " + today);
                            for (int i = 0; i < FACTS; i++) {
                                Split split = i % 8 == 7 ? Split.TEST : Split.TRAIN;
                                writer.fact(new Fact("e" + today + "-" + i, "r" + i % 3, "e" + i), i, "", split);
                            }
                            if (today > 0) {
                                writer.remove(new Fact("e" + (today - 1) + "-0", "r0", "e0"));
                            }
                        },
                        Progress.SILENT);
                System.out.println(day);
            }
        }
    }
}
