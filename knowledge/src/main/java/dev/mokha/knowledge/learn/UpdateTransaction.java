package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.learn.GraphUpdate.Changes;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.StoreException;
import dev.mokha.knowledge.store.StoredModel;
import java.util.ArrayList;
import java.util.List;

/// Changes of a store, and what a model learns of them, in one transaction.
///
/// @param model the name of a model that knows all snapshots so far
record UpdateTransaction(GraphStore graph, String model) {
    /// Teaches a model its next snapshot and writes what it learned.
    @FunctionalInterface
    interface Teacher<T> {
        /// {@return what came of it}
        T teach(StoredModel pupil);
    }

    /// {@return what came of each snapshot, in order}
    ///
    /// @throws StoreException where the model is not there, or has snapshots left to learn
    <T> List<T> run(Changes changes, Teacher<T> teacher) {
        List<T> all = new ArrayList<>();
        try (var writer = graph.write()) {
            requireUpToDate(pupil());
            changes.to(writer);
            for (int number : writer.seal()) {
                all.add(teacher.teach(pupil()));
                int learned = pupil().learned();
                if (learned != number) {
                    throw new IllegalStateException("snapshot " + number + " was learned as " + learned);
                }
            }
            writer.commit();
        }
        return all;
    }

    private StoredModel pupil() {
        return graph.models()
                .find(model)
                .orElseThrow(() -> new StoreException("%s has no model '%s'; mokha kg learn --store %s makes one"
                        .formatted(graph.file(), model, graph.file())));
    }

    private void requireUpToDate(StoredModel found) {
        int last = graph.snapshots().size() - 1;
        if (found.learned() != last) {
            throw new StoreException("the model '%s' has learned up to snapshot %d of %d; mokha kg learn --store %s "
                            .formatted(model, found.learned(), last, graph.file())
                    + "teaches it the rest first");
        }
    }
}
