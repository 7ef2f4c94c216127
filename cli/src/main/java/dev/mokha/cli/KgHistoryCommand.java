package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.Snapshot;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// `mokha kg history`: how a graph grew.
@Command(
        name = "history",
        description = "Lists a graph's snapshots: what each brought and took, and how large the graph was then.",
        footer = "  mokha kg history --store graph.db --json")
final class KgHistoryCommand implements Callable<Integer> {
    @Mixin
    private StoreOption store;

    @Option(names = "--json", description = "Prints a JSON array of all snapshots.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        List<Snapshot> snapshots;
        try (var graph = GraphStore.open(store.file())) {
            snapshots = graph.snapshots();
        }
        if (json) {
            out.println(json(snapshots).toPrettyString());
        } else if (snapshots.isEmpty()) {
            out.println(store.file() + " has no snapshots yet");
        } else {
            snapshots.forEach(one -> out.println(line(one)));
        }
        out.flush();
        return ExitCode.OK;
    }

    /// {@return a snapshot as one line of text}
    static String line(Snapshot one) {
        return "%d '%s' %s: +%s -%s facts, %s; %s, %s; %s"
                .formatted(
                        one.number(),
                        one.name(),
                        one.time(),
                        Sizes.count(one.added()),
                        Sizes.count(one.removed()),
                        Sizes.plural(one.duplicates(), "duplicate"),
                        one.entities() == 1 ? "1 entity" : Sizes.count(one.entities()) + " entities",
                        Sizes.plural(one.relations(), "relation"),
                        one.hash().substring(0, 12));
    }

    private static ArrayNode json(List<Snapshot> snapshots) {
        var all = JsonNodeFactory.instance.arrayNode();
        for (Snapshot one : snapshots) {
            all.addObject()
                    .put("number", one.number())
                    .put("name", one.name())
                    .put("time", one.time().toString())
                    .put("added", one.added())
                    .put("removed", one.removed())
                    .put("duplicates", one.duplicates())
                    .put("entities", one.entities())
                    .put("relations", one.relations())
                    .put("hash", one.hash());
        }
        return all;
    }
}
