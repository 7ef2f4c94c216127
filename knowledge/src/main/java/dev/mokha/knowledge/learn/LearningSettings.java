package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import dev.mokha.knowledge.lifelong.Method;
import dev.mokha.knowledge.lifelong.Official;
import dev.mokha.knowledge.lifelong.Training;
import dev.mokha.knowledge.store.StoreException;
import dev.mokha.knowledge.store.StoredModel;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// How a model of a store learns each snapshot, as the store keeps it beside the model.
///
/// @param scorer `TransE`; with `norm` and `normalized` what [dev.mokha.knowledge.query.StoredVectors]
///     reads
/// @param method see [Official#names]
/// @param weights the data set of LKGE whose weights the method has, such as `ENTITY`
/// @param select which facts choose the best epoch
public record LearningSettings(
        String scorer,
        int norm,
        boolean normalized,
        String method,
        String weights,
        Selection select,
        Training training) {

    // what was learned all at once has a recipe here instead
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    /// Settings with LKGE's TransE.
    public static LearningSettings of(String method, String weights, Selection select, Training training) {
        return new LearningSettings("TransE", 1, true, method, weights, select, training);
    }

    /// Settings as the store has them.
    ///
    /// @throws StoreException where the model is none that learns snapshot by snapshot
    public static LearningSettings of(StoredModel model) {
        try {
            return JSON.readValue(model.settings(), LearningSettings.class);
        } catch (JacksonException e) {
            throw new StoreException(
                    "the model '%s' (%s) cannot go on from snapshot to snapshot; learn it anew: mokha kg learn --again"
                            .formatted(model.name(), model.method()));
        }
    }

    /// {@return these settings for the store}
    public String json() {
        return JSON.writeValueAsString(this);
    }

    /// {@return the method with its weights}
    Method chosen() {
        return Official.method(method, weights);
    }
}
