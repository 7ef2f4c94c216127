package dev.mokha.knowledge.triples;

import org.jspecify.annotations.Nullable;

/// Passes facts on whose names are in files of their own, and which a file has by their numbers.
///
/// @param entities names of heads and tails; null where they stand in the file itself
/// @param relations likewise
public record NamedFacts(
        @Nullable Dictionary entities, @Nullable Dictionary relations, FactSink next) implements FactSink {

    @Override
    public void fact(Fact fact, long line, String snapshot, Split split) {
        var named =
                new Fact(named(fact.head(), entities), named(fact.relation(), relations), named(fact.tail(), entities));
        next.fact(named, line, snapshot, split);
    }

    private static String named(String field, @Nullable Dictionary names) {
        return names == null ? field : names.name(field);
    }

    @Override
    public void mention(String entity, String text, long line) {
        next.mention(named(entity, entities), text, line);
    }

    @Override
    public void prefix(String name, String iri) {
        next.prefix(name, iri);
    }

    @Override
    public void read(long bytes) {
        next.read(bytes);
    }
}
