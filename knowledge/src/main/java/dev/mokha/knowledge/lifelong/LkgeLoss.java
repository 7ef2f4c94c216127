package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.embed.TranslationLoss;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What LKGE minimises in a snapshot: `L = L_new + β L_MAE + α L_reg`, and its gradient over the whole tables.
public final class LkgeLoss {
    private final TranslationLoss fresh;
    private final @Nullable Autoencoder autoencoder;
    private final double reconstruction;
    private final @Nullable Anchor anchor;
    private final double regularization;
    private final Crew crew;
    private final Table entityGradient;
    private final Table relationGradient;

    /// @param fresh the loss of new facts
    /// @param autoencoder null to leave it out
    /// @param reconstruction β
    /// @param anchor null to leave it out, as in the first snapshot
    /// @param regularization α
    public LkgeLoss(
            int entities,
            int relations,
            int dim,
            TranslationLoss fresh,
            @Nullable Autoencoder autoencoder,
            double reconstruction,
            @Nullable Anchor anchor,
            double regularization,
            Crew crew) {
        this.fresh = fresh;
        this.autoencoder = autoencoder;
        this.reconstruction = reconstruction;
        this.anchor = anchor;
        this.regularization = regularization;
        this.crew = crew;
        this.entityGradient = new Table(entities, dim);
        this.relationGradient = new Table(relations, dim);
    }

    /// The parts of a loss, each before its weight.
    ///
    /// @param total the weighted sum
    public record Terms(double fresh, double reconstruction, double regularization, double total) {}

    /// {@return a batch's loss}; [#entityGradient] and [#relationGradient] hold its gradient from then on.
    public Terms of(Table entities, Table relations, Batch batch) {
        clear(entityGradient);
        clear(relationGradient);
        double margin = fresh.of(entities, relations, batch);
        fresh.addTo(entityGradient, relationGradient);
        double rebuilt = autoencoder == null
                ? 0
                : autoencoder.addGradient(entities, relations, reconstruction, entityGradient, relationGradient, crew);
        double moved = anchor == null
                ? 0
                : anchor.addGradient(entities, relations, regularization, entityGradient, relationGradient, crew);
        return new Terms(margin, rebuilt, moved, margin + reconstruction * rebuilt + regularization * moved);
    }

    private void clear(Table table) {
        crew.split(table.values().length, Table.UNIT, (from, to) -> Arrays.fill(table.values(), from, to, 0));
    }

    /// {@return the last loss's gradient by the entities' vectors}
    public Table entityGradient() {
        return entityGradient;
    }

    /// {@return the last loss's gradient by the relations' vectors}
    public Table relationGradient() {
        return relationGradient;
    }
}
