package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.knowledge.query.NamesInGraph;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.Nearest;
import dev.mokha.knowledge.store.StoredFact;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/// `mokha kg facts`: what a graph knows about an entity.
@Command(
        name = "facts",
        description = {
            "Says which facts hold about an entity, with the snapshot, file and line that each came from.",
            "The entity is named as in the files, by a prefix and the rest, or by a text that people call it."
        },
        footer = "  mokha kg facts Cairo --store graph.db")
final class KgFactsCommand implements Callable<Integer> {
    private static final int SUGGESTIONS = 3;

    @Parameters(paramLabel = "ENTITY", description = "Its name.")
    private String entity;

    @Mixin
    private StoreOption store;

    @Option(names = "--limit", paramLabel = "COUNT", defaultValue = "100", description = "At most so many facts.")
    private int limit;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        try (var graph = GraphStore.open(store.file())) {
            OptionalInt number = new NamesInGraph(graph).entity(entity);
            if (number.isEmpty()) {
                var err = spec.commandLine().getErr();
                err.println("error: " + store.file() + " has no entity '" + entity + "'");
                List<String> near = Nearest.to(entity, graph.entities(), SUGGESTIONS);
                if (!near.isEmpty()) {
                    err.println("did you mean: " + String.join(" or ", near) + "?");
                }
                return ExitCode.SOFTWARE;
            }
            var out = spec.commandLine().getOut();
            String name = graph.entityName(number.getAsInt());
            var facts = graph.neighbours(number.getAsInt(), limit);
            long all = graph.degree(number.getAsInt());
            if (json) {
                out.println(json(name, all, facts));
            } else {
                print(out, name, all, facts, graph.prefixes());
            }
            out.flush();
            return ExitCode.OK;
        }
    }

    private void print(PrintWriter out, String name, long all, List<StoredFact> facts, Map<String, String> prefixes) {
        if (all == 0) {
            out.println(store.file() + " knows nothing about " + name + ": no fact holds");
            return;
        }
        for (StoredFact one : facts) {
            out.println(shortened(one.fact().head(), prefixes)
                    + "\t" + shortened(one.fact().relation(), prefixes)
                    + "\t" + shortened(one.fact().tail(), prefixes)
                    + "\t# " + one.split().label() + ", snapshot " + one.since() + ", " + one.file()
                    + (one.line() > 0 ? ":" + one.line() : ""));
        }
        if (all > facts.size()) {
            out.println("# " + facts.size() + " of " + Sizes.count(all) + " facts; --limit shows more");
        }
    }

    private static String shortened(String name, Map<String, String> prefixes) {
        for (var prefix : prefixes.entrySet()) {
            if (name.startsWith(prefix.getValue())) {
                return prefix.getKey() + ":" + name.substring(prefix.getValue().length());
            }
        }
        return name;
    }

    private static String json(String name, long all, List<StoredFact> facts) {
        var answer = JsonNodeFactory.instance.objectNode().put("entity", name).put("facts_in_all", all);
        var list = answer.putArray("facts");
        for (StoredFact one : facts) {
            list.addObject()
                    .put("head", one.fact().head())
                    .put("relation", one.fact().relation())
                    .put("tail", one.fact().tail())
                    .put("split", one.split().label())
                    .put("snapshot", one.since())
                    .put("file", one.file())
                    .put("line", one.line());
        }
        return answer.toPrettyString();
    }
}
