package dev.mokha.knowledge.query;

import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.ModelStore;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.knowledge.triples.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Calibrations of stored models.
public final class Calibrations {
    /// From so many validation facts a calibration is made at most: what it costs does not grow with the
    /// graph.
    public static final int FACTS = 2000;

    private static final int FEWEST = 20;
    private static final int DRAWS = 100; // until a fact is found that does not hold

    private Calibrations() {}

    /// {@return the calibration that is stored with a model}
    public static Optional<Calibration> read(ModelStore models, StoredModel model) {
        return models.calibration(model).map(text -> {
            JsonNode json = JsonMapper.shared().readTree(text);
            return new Calibration(
                    json.path("slope").asDouble(),
                    json.path("offset").asDouble(),
                    json.path("error").asDouble(),
                    json.path("count").asInt());
        });
    }

    /// Fits a model's calibration on validation facts that hold and stores it. For each a fact is drawn
    /// that does not hold, with one side replaced. With fewer than 20 the model is left as it was.
    ///
    /// @param entities facts are drawn among the entities with numbers below this
    /// @return the calibration
    public static Optional<Calibration> fit(GraphStore graph, StoredModel model, int entities, long seed) {
        var random = new SplittableRandom(seed);
        var scores = new BothWays(new StoredVectors(graph.models(), model));
        List<int[]> valid = new ArrayList<>();
        graph.surroundings()
                .draw(Split.VALID, model.learned() + 1, FACTS, random, (h, r, t, _) -> valid.add(new int[] {h, r, t}));
        List<Double> ofTrue = new ArrayList<>();
        List<Double> ofDrawn = new ArrayList<>();
        for (int[] fact : valid) {
            int[] other = drawn(graph, fact, entities, random);
            var right = scores.score(fact[0], fact[1], fact[2]);
            var wrong = scores.score(other[0], other[1], other[2]);
            if (right.isPresent() && wrong.isPresent()) {
                ofTrue.add(right.getAsDouble());
                ofDrawn.add(wrong.getAsDouble());
            }
        }
        if (ofTrue.size() < FEWEST) {
            return Optional.empty();
        }
        Calibration fitted = Calibration.fit(array(ofTrue), array(ofDrawn));
        graph.models()
                .calibrate(
                        model,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("slope", fitted.slope())
                                .put("offset", fitted.offset())
                                .put("error", fitted.error())
                                .put("count", fitted.count())
                                .toString());
        return Optional.of(fitted);
    }

    private static int[] drawn(GraphStore graph, int[] fact, int entities, SplittableRandom random) {
        int[] other = fact.clone();
        for (int i = 0; i < DRAWS; i++) {
            other = fact.clone();
            other[random.nextBoolean() ? 0 : 2] = random.nextInt(entities);
            if (!graph.surroundings().holds(other[0], other[1], other[2])) {
                return other;
            }
        }
        return other; // nearly all facts hold: the calibration will say that it cannot tell them apart
    }

    private static double[] array(List<Double> scores) {
        return scores.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
