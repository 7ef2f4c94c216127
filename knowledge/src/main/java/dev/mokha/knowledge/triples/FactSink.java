package dev.mokha.knowledge.triples;

/// Takes what a file says, in the file's order.
public interface FactSink {

    /// @param line of the file, counted from 1; 0 when the format does not tell
    /// @param snapshot the name in the snapshot's column, empty without one
    /// @throws IllegalArgumentException saying what is wrong with the fact: its line is a bad line then
    void fact(Fact fact, long line, String snapshot, Split split);

    /// A text by which people call an entity, such as an `rdfs:label`.
    default void mention(String entity, String text, long line) {}

    /// A short form of many names, such as `ex:` for `http://example.org/`.
    default void prefix(String name, String iri) {}

    /// How many bytes of the file, as it lies there, were read so far: of one that is gzipped, packed
    /// bytes.
    default void read(long bytes) {}
}
