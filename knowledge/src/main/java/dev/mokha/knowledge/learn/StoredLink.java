package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.link.Embeddings;
import dev.mokha.knowledge.link.LinkModel;
import dev.mokha.knowledge.link.LinkRecipe;
import dev.mokha.knowledge.query.StoredVectors;
import dev.mokha.knowledge.store.ModelStore;
import dev.mokha.knowledge.store.Part;
import dev.mokha.knowledge.store.StoreException;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A model that learns all facts at once, in the store: the tables `entity.vectors` and `relation.vectors`,
/// rows by the graph's numbers, and of TuckER its other parameters, each a table of one row, with the
/// factors and shifts of its batch normalisation, by which it scores.
final class StoredLink {
    static final String METHOD = "link";

    private static final String RECIPE = "recipe";
    private static final Map<String, String> TABLES =
            Map.of("entities.weight", StoredVectors.ENTITIES, "relations.weight", StoredVectors.RELATIONS);
    private static final List<String> NORMS = List.of("input_scale", "input_shift", "hidden_scale", "hidden_shift");

    private final ModelStore models;
    private final StoredModel model;

    StoredLink(ModelStore models, StoredModel model) {
        this.models = models;
        this.model = model;
    }

    /// {@return settings of a model for the store: what it scores by, and the recipe}
    static String settings(Embeddings learned, LinkRecipe recipe) {
        ObjectNode settings = JsonNodeFactory.instance.objectNode().put("scorer", learned.scorer());
        switch (learned.scorer()) {
            case "TransE" -> settings.put("norm", (int) learned.setting("norm")).put("normalized", false);
            case "RotatE" -> settings.put("unit", learned.setting("unit"));
            default -> {}
        }
        settings.set(RECIPE, JsonMapper.shared().readTree(recipe.json()));
        return settings.toString();
    }

    /// {@return whether a model learns all facts at once}
    static boolean is(StoredModel model) {
        return model.method().equals(METHOD);
    }

    /// {@return the recipe that a model was learned by}
    LinkRecipe recipe() {
        JsonNode recipe = JsonMapper.shared().readTree(model.settings()).path(RECIPE);
        try {
            return LinkRecipe.of(recipe.toString());
        } catch (IllegalArgumentException e) {
            throw new StoreException(
                    "the recipe of the model '%s' is of another Mokha; learn it anew: mokha kg learn --again"
                            .formatted(model.name()));
        }
    }

    /// {@return the model with room for so many entities and relations: what it knows as it is stored, and
    /// the others drawn as in the beginning. The caller closes it}
    LinkModel read(int entities, int relations) {
        LinkRecipe recipe = recipe();
        var config = new LinkModel.Config(recipe.scorer(), entities, relations);
        LinkModel begun = LinkModel.fresh(config, recipe.seed());
        try (var _ = Scope.open("stored")) {
            Map<String, Tensor> read = new HashMap<>();
            begun.params().named().forEach((name, tensor) -> {
                float[] values = tensor.toFloats();
                read(TABLES.getOrDefault(name, name), values);
                read.put(name, Tensors.of(values, tensor.shape()));
            });
            begun.params().copyFrom(read);
            return begun;
        } catch (RuntimeException e) {
            begun.close();
            throw e;
        }
    }

    private void read(String name, float[] into) {
        Part part = models.part(model, name)
                .orElseThrow(() -> new StoreException(
                        "the model '%s' was learned by a Mokha that did not keep its %s, so it cannot go on; learn it anew: mokha kg learn --again"
                                .formatted(model.name(), name)));
        models.readAll(part, (row, numbers) -> {
            int at = Math.multiplyExact(row, numbers.length);
            if (at + numbers.length > into.length) {
                throw new StoreException(
                        "the model '%s' has row %d of %s, which the graph does not have; restore a copy"
                                .formatted(model.name(), row, name));
            }
            for (int i = 0; i < numbers.length; i++) {
                into[at + i] = (float) numbers[i];
            }
        });
    }

    /// Writes rows that are not as they were.
    ///
    /// @param before what is in the store, as [LinkModel#embeddings] gave it; null for nothing
    void write(LinkModel learned, @Nullable Embeddings before) {
        Embeddings now = learned.embeddings();
        write(StoredVectors.ENTITIES, now.entities(), before == null ? null : before.entities());
        write(StoredVectors.RELATIONS, now.relations(), before == null ? null : before.relations());
        learned.params().named().forEach((name, tensor) -> {
            if (!TABLES.containsKey(name)) {
                one(name, tensor.toFloats());
            }
        });
        if (now.scorer().equals("TuckER")) {
            NORMS.forEach(name -> one(name, now.tensor(name)));
        }
    }

    private void one(String name, float[] values) {
        write(name, new Embeddings.Rows(values.length, values), null);
    }

    private void write(String name, Embeddings.Rows rows, Embeddings.@Nullable Rows before) {
        int width = rows.width();
        Part part = models.define(model, name, width, Part.Precision.FLOAT);
        int stored = before == null ? 0 : models.rows(part);
        double[] row = new double[width];
        for (int i = 0; i < rows.count(); i++) {
            int at = i * width;
            if (before != null
                    && i < stored
                    && Arrays.equals(rows.values(), at, at + width, before.values(), at, at + width)) {
                continue;
            }
            for (int j = 0; j < width; j++) {
                row[j] = rows.values()[at + j];
            }
            models.write(part, i, row, 0);
        }
    }
}
