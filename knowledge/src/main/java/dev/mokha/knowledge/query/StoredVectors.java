package dev.mokha.knowledge.query;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.lifelong.AskedVectors;
import dev.mokha.knowledge.lifelong.Mode;
import dev.mokha.knowledge.lifelong.Official;
import dev.mokha.knowledge.store.ModelStore;
import dev.mokha.knowledge.store.Part;
import dev.mokha.knowledge.store.StoreException;
import dev.mokha.knowledge.store.StoredModel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a stored model learned, as vectors by the numbers of entities and relations. Relation `n` of the
/// graph is row `2n`, its inverse row `2n + 1`.
///
/// What a scorer has beside the two tables, such as TuckER's core, is a table of one row.
///
/// Where a method's vectors depend on the question ([Method#asked]), they are made when a question is
/// named;
/// without one there is what they are made of. The model's whole state is then in memory.
///
/// One row is read when it is asked for. All are read one after the other, and kept where they take less
/// than a quarter of the heap.
public final class StoredVectors {
    /// The table of entities' vectors.
    public static final String ENTITIES = "entity.vectors";

    /// The table of relations' vectors, inverses counted.
    public static final String RELATIONS = "relation.vectors";

    private static final int PART_OF_HEAP = 4;

    private final ModelStore models;
    private final StoredModel model;
    private final Part entities;
    private final Part relations;
    private final PlainScorer scorer;
    private double @Nullable [] @Nullable [] kept;
    private @Nullable AskedVectors asked;
    private boolean lookedForAsked;

    /// The vectors of a model.
    ///
    /// @throws StoreException when it has learned nothing
    public StoredVectors(ModelStore models, StoredModel model) {
        this.models = models;
        this.model = model;
        this.entities = part(ENTITIES);
        this.relations = part(RELATIONS);
        this.scorer = scorer();
    }

    private Part part(String name) {
        return models.part(model, name)
                .orElseThrow(() -> new StoreException(
                        "the model '%s' has learned nothing yet; mokha kg learn teaches it".formatted(model.name())));
    }

    private PlainScorer scorer() {
        JsonNode settings = JsonMapper.shared().readTree(model.settings());
        String name = settings.path("scorer").asString("TransE");
        return switch (name) {
            case "TransE" ->
                new TranslationScorer(
                        settings.path("norm").asInt(1),
                        settings.path("normalized").asBoolean(true));
            case "DistMult" -> new DistMultScorer();
            case "ComplEx" -> new ComplexScorer();
            case "RotatE" -> new RotationScorer(settings.path("unit").asDouble(1));
            case "TuckER" -> new TuckerScorer(tensor("core"), norm("input"), norm("hidden"));
            default ->
                throw new StoreException("the model '%s' has the scorer '%s', which this Mokha does not know;"
                                .formatted(model.name(), name)
                        + " use the Mokha that learned it");
        };
    }

    private TuckerScorer.Norm norm(String name) {
        return new TuckerScorer.Norm(tensor(name + "_scale"), tensor(name + "_shift"));
    }

    private double[] tensor(String name) {
        return row(part(name), 0)
                .orElseThrow(() -> new StoreException(
                        "the model '%s' has no %s, which its scorer needs;".formatted(model.name(), name)
                                + " learn it anew: mokha kg learn --again"));
    }

    /// {@return the model}
    public StoredModel model() {
        return model;
    }

    /// {@return how the model scores}
    public PlainScorer plainScorer() {
        return scorer;
    }

    /// {@return entities' vectors by what is asked; none where the two tables are all there is}
    public Optional<AskedVectors> asked(Crew crew) {
        JsonNode settings = JsonMapper.shared().readTree(model.settings());
        String mode = settings.path("training").path("mode").asString("");
        if (mode.isEmpty()) {
            return Optional.empty(); // learned all at once
        }
        return Official.method(
                        settings.path("method").asString(""),
                        settings.path("weights").asString(""))
                .asked(() -> WholeState.read(models, model), Mode.valueOf(mode), crew);
    }

    private @Nullable AskedVectors asked() {
        if (!lookedForAsked) {
            asked = asked(new Crew(1)).orElse(null); // starts no thread
            lookedForAsked = true;
        }
        return asked;
    }

    /// {@return an entity's vector in questions that ask for a relation; empty for one that the model never
    /// met}
    ///
    /// @param relation by its row, which the model knows or not
    public Optional<double[]> entity(int number, int relation) {
        Optional<double[]> own = entity(number);
        AskedVectors byQuestion = asked();
        return byQuestion == null || own.isEmpty() || relation(relation).isEmpty()
                ? own
                : Optional.of(byQuestion.entity(number, relation));
    }

    /// Says all entities' vectors in questions that ask for a relation, by number ascending.
    public void each(int relation, ModelStore.RowSink sink) {
        AskedVectors byQuestion = asked();
        if (byQuestion == null) {
            each(sink);
            return;
        }
        Table table = byQuestion.entities(relation, models.rows(entities));
        each((row, _) -> sink.row(row, table.row(row)));
    }

    /// {@return an entity's vector; empty for one that the model never met}
    public Optional<double[]> entity(int number) {
        double[] row = kept == null ? null : number < kept.length ? kept[number] : null;
        return kept == null ? row(entities, number) : Optional.ofNullable(row);
    }

    /// {@return a relation's vector by its row: twice the graph's number, and one more for the inverse}
    public Optional<double[]> relation(int row) {
        return row(relations, row);
    }

    private Optional<double[]> row(Part part, int row) {
        double[][] found = new double[1][];
        models.read(part, new int[] {row}, (_, numbers) -> found[0] = numbers.clone());
        return Optional.ofNullable(found[0]);
    }

    /// Says all entities' vectors, by number ascending.
    public void each(ModelStore.RowSink sink) {
        if (kept == null) {
            int rows = models.rows(entities);
            long bytes = (long) rows * entities.width() * Double.BYTES;
            if (bytes > Runtime.getRuntime().maxMemory() / PART_OF_HEAP) {
                models.readAll(entities, sink);
                return;
            }
            double[] @Nullable [] all = new double[rows][];
            models.readAll(entities, (row, numbers) -> all[row] = numbers.clone());
            kept = all;
        }
        for (int row = 0; row < kept.length; row++) {
            double[] numbers = kept[row];
            if (numbers != null) {
                sink.row(row, numbers);
            }
        }
    }
}
