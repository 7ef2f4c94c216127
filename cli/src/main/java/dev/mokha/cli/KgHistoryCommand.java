package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.Snapshot;
import dev.mokha.knowledge.store.StoredFigure.Among;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// `mokha kg history`: how a graph grew, and how its models came along.
@Command(
        name = "history",
        description = {
            "Lists a graph's snapshots: what each brought and took, and how large the graph was then.",
            "Then, for each model: its MRR on each snapshot's test after each snapshot that it learned, and what"
                    + " learning took."
        },
        footer = "  mokha kg history --store graph.db --plot history.svg")
final class KgHistoryCommand implements Callable<Integer> {
    /// Which entities the right answers stood among.
    enum Candidates {
        THEN,
        NOW;

        Among among() {
            return this == THEN ? Among.SNAPSHOT : Among.NOW;
        }
    }

    @Mixin
    private StoreOption store;

    @Option(
            names = "--among",
            defaultValue = "THEN",
            description = "Figures among the entities of a test's snapshot (THEN), or among all of NOW.")
    private Candidates among;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draws them: an SVG file.")
    private @Nullable Path plot;

    @Option(names = "--json", description = "Prints a JSON object with snapshots and models.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        var out = spec.commandLine().getOut();
        try (var graph = GraphStore.open(store.file())) {
            List<Snapshot> snapshots = graph.snapshots();
            List<ModelReport> models = ModelReport.all(graph, among.among());
            if (json) {
                var all = JsonNodeFactory.instance.objectNode();
                all.set("snapshots", json(snapshots));
                var list = all.putArray("models");
                models.forEach(one -> list.add(one.json()));
                out.println(all.toPrettyString());
            } else if (snapshots.isEmpty()) {
                out.println(store.file() + " has no snapshots yet");
            } else {
                snapshots.forEach(one -> out.println(line(one)));
                models.forEach(one -> one.print(out));
            }
            out.flush();
            if (plot != null) {
                Files.writeString(plot, HistoryPlot.svg(models));
                spec.commandLine().getErr().println("wrote " + plot);
            }
        }
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
