package dev.mokha.knowledge.lifelong;

import java.util.HashMap;
import java.util.Map;

/// What neighbours say along edges: the same neighbour says the same along all its edges of a relation.
final class Messages {
    private final int[] ofEdge;
    private final int[] neighbours;
    private final int[] relations;
    private final int count;

    Messages(NearEdges edges) {
        this.ofEdge = new int[edges.size()];
        this.neighbours = new int[edges.size()];
        this.relations = new int[edges.size()];
        Map<Long, Integer> numbers = new HashMap<>();
        for (int i = 0; i < ofEdge.length; i++) {
            long key = (long) edges.neighbour(i) << 32 | edges.relation(i);
            int next = numbers.size();
            Integer known = numbers.putIfAbsent(key, next);
            if (known == null) {
                neighbours[next] = edges.neighbour(i);
                relations[next] = edges.relation(i);
            }
            ofEdge[i] = known == null ? next : known;
        }
        this.count = numbers.size();
    }

    /// {@return how many there are}
    int count() {
        return count;
    }

    /// {@return what comes along an edge}
    int of(int edge) {
        return ofEdge[edge];
    }

    /// {@return who says it}
    int neighbour(int message) {
        return neighbours[message];
    }

    /// {@return the relation along which it is said}
    int relation(int message) {
        return relations[message];
    }
}
