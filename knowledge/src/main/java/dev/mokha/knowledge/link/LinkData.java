package dev.mokha.knowledge.link;

import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.triples.Split;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A graph's facts, split into those to learn from, to choose by and to measure with.
///
/// @param splits facts as given, without inverses
/// @param entities how many there are in all of them, ids from 0
/// @param relations how many there are, inverses counted
public record LinkData(Map<Split, Facts> splits, int entities, int relations) {
    public LinkData {
        splits = Map.copyOf(splits);
    }

    /// Counts entities and relations.
    public static LinkData of(Map<Split, Facts> splits) {
        int entities = 0;
        int relations = 0;
        for (Facts facts : splits.values()) {
            entities = Math.max(entities, facts.entities());
            for (int i = 0; i < facts.size(); i++) {
                relations = Math.max(relations, (facts.relation(i) | 1) + 1);
            }
        }
        return new LinkData(new EnumMap<>(splits), entities, relations);
    }

    /// {@return the facts of a split, none where there is none}
    public Facts of(Split split) {
        return splits.getOrDefault(split, Facts.NONE);
    }

    /// {@return all facts of all splits in both directions: what a filtered rank leaves out}
    public Answers known() {
        List<Facts> all = new ArrayList<>();
        for (Split split : Split.values()) {
            all.add(of(split));
        }
        return Answers.of(Facts.join(all));
    }
}
