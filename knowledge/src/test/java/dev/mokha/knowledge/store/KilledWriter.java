package dev.mokha.knowledge.store;

import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;
import java.nio.file.Path;

/// A program that adds snapshots of 500 facts until it is killed; its argument is the store.
final class KilledWriter {
    static final int FACTS = 500;

    private KilledWriter() {}

    public static void main(String[] args) {
        try (var store = GraphStore.create(Path.of(args[0]))) {
            for (int day = store.snapshots().size(); ; day++) {
                try (var writer = store.write()) {
                    writer.begin("day " + day);
                    for (int i = 0; i < FACTS; i++) {
                        if (day > 0 && i % 5 == 0) {
                            writer.remove(new Fact("e" + (day - 1) + "-" + i, "r", "e" + i));
                        }
                        writer.fact(new Fact("e" + day + "-" + i, "r", "e" + i), i, "", Split.TRAIN);
                    }
                    writer.commit();
                }
                System.out.println(day);
            }
        }
    }
}
