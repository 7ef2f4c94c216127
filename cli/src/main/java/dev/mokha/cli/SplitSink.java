package dev.mokha.cli;

import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.FactSink;
import dev.mokha.knowledge.triples.Split;

/// Passes on what a file says; facts that are for training, which is what a file without a column says,
/// are for this.
record SplitSink(FactSink next, Split split) implements FactSink {
    @Override
    public void fact(Fact fact, long line, String snapshot, Split read) {
        next.fact(fact, line, snapshot, read == Split.TRAIN ? split : read);
    }

    @Override
    public void mention(String entity, String text, long line) {
        next.mention(entity, text, line);
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
