package dev.mokha.knowledge.link;

import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.triples.BadLines;
import dev.mokha.knowledge.triples.FactFile;
import dev.mokha.knowledge.triples.Names;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.knowledge.triples.Triples;
import dev.mokha.testkit.Golden;
import java.util.EnumMap;
import java.util.Map;

/// The graph under `fixtures/umls`.
final class Umls {
    private Umls() {}

    static LinkData read() {
        var entities = new Names();
        var relations = new Names();
        Map<Split, Facts> splits = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
            var triples = new Triples.Builder();
            FactFile.of(Golden.path("umls/" + split.label() + ".tsv.gz"))
                    .read(
                            new BadLines(0),
                            (fact, line, snapshot, _) -> triples.add(
                                    entities.add(fact.head()),
                                    relations.add(fact.relation()),
                                    entities.add(fact.tail())));
            splits.put(split, Facts.of(triples.build()));
        }
        return LinkData.of(splits);
    }
}
