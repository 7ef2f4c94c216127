package dev.mokha.cli;

import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.StoreException;
import dev.mokha.knowledge.store.StoredModel;
import java.util.List;
import picocli.CommandLine.Option;

/// Which model of a graph a verb is about.
final class ModelOption {
    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = StoredModel.DEFAULT,
            description = "The model's name in the graph.")
    private String name;

    String name() {
        return name;
    }

    /// {@return the model}
    ///
    /// @throws StoreException naming those there are
    StoredModel in(GraphStore graph) {
        return graph.models().find(name).orElseThrow(() -> {
            List<String> there =
                    graph.models().all().stream().map(StoredModel::name).toList();
            return new StoreException("%s has no model '%s'; %s"
                    .formatted(
                            graph.file(),
                            name,
                            there.isEmpty()
                                    ? "mokha kg learn --store " + graph.file() + " makes one"
                                    : "there is " + String.join(", ", there)));
        });
    }
}
