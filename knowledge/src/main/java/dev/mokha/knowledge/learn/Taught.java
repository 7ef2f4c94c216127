package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.store.LearnedSnapshot;
import dev.mokha.knowledge.store.StoredFigure;
import java.util.List;

/// What came of a snapshot that a model learned.
///
/// @param learned what it took
/// @param figures on the tests, before and after
public record Taught(LearnedSnapshot learned, List<StoredFigure> figures) {
    public Taught {
        figures = List.copyOf(figures);
    }
}
