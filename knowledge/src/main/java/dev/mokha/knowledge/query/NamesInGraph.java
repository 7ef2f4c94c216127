package dev.mokha.knowledge.query;

import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.Nearest;
import java.util.List;
import java.util.OptionalInt;

/// Entities and relations by what people write: their names, a prefix and the rest, or, for entities, a
/// text by which exactly one is called.
public final class NamesInGraph {
    private static final int SUGGESTIONS = 3;

    private final GraphStore graph;

    /// The names of a graph.
    public NamesInGraph(GraphStore graph) {
        this.graph = graph;
    }

    /// {@return the number of an entity}
    public OptionalInt entity(String written) {
        OptionalInt number = graph.entity(written);
        if (number.isEmpty()) {
            number = graph.entity(whole(written));
        }
        if (number.isEmpty()) {
            List<Integer> called = graph.mentioned(written);
            if (called.size() == 1) {
                return OptionalInt.of(called.getFirst());
            }
        }
        return number;
    }

    /// {@return the number of a relation}
    public OptionalInt relation(String written) {
        OptionalInt number = graph.relation(written);
        return number.isPresent() ? number : graph.relation(whole(written));
    }

    private String whole(String written) {
        int colon = written.indexOf(':');
        String prefix = colon < 0 ? null : graph.prefixes().get(written.substring(0, colon));
        return prefix == null ? written : prefix + written.substring(colon + 1);
    }

    /// {@return that there is no such entity, with names near it}
    public <T> Reply<T> noEntity(String written) {
        return new Reply.Unknown<>(Reply.Kind.ENTITY, written, Nearest.to(written, graph.entities(), SUGGESTIONS));
    }

    /// {@return that there is no such relation, with names near it}
    public <T> Reply<T> noRelation(String written) {
        return new Reply.Unknown<>(Reply.Kind.RELATION, written, Nearest.to(written, graph.relations(), SUGGESTIONS));
    }
}
