package dev.mokha.knowledge.triples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a reader said.
final class Collected implements FactSink {
    final List<Fact> facts = new ArrayList<>();
    final List<Long> lines = new ArrayList<>();
    final List<String> places = new ArrayList<>();
    final List<String> mentions = new ArrayList<>();
    final Map<String, String> prefixes = new TreeMap<>();

    static Collected of(Path file, BadLines bad) {
        return of(FactFile.of(file), bad);
    }

    static Collected of(FactFile file, BadLines bad) {
        var collected = new Collected();
        file.read(bad, collected);
        return collected;
    }

    @Override
    public void fact(Fact fact, long line, String snapshot, Split split) {
        facts.add(fact);
        lines.add(line);
        places.add(snapshot + "/" + split.label());
    }

    @Override
    public void mention(String entity, String text, long line) {
        mentions.add(entity + "=" + text);
    }

    @Override
    public void prefix(String name, String iri) {
        prefixes.put(name, iri);
    }
}
