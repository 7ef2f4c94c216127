package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Adam;
import dev.mokha.knowledge.embed.Crew;
import java.util.Map;
import java.util.TreeMap;

/// [Adam] for entities and for relations.
final class AdamOptimizer implements Optimizer {
    private final Adam ofEntities;
    private final Adam ofRelations;

    /// @param shape as many rows and numbers as the vectors have
    AdamOptimizer(Vectors shape, double rate) {
        ofEntities = new Adam(shape.entities().rows(), shape.entities().dim(), rate);
        ofRelations = new Adam(shape.relations().rows(), shape.relations().dim(), rate);
    }

    @Override
    public void step(Vectors at, Vectors gradient, Crew crew) {
        ofEntities.step(at.entities(), gradient.entities(), crew);
        ofRelations.step(at.relations(), gradient.relations(), crew);
    }

    @Override
    public Map<String, double[]> parts() {
        var parts = new TreeMap<String, double[]>();
        ofEntities.parts().forEach((name, array) -> parts.put("entities." + name, array));
        ofRelations.parts().forEach((name, array) -> parts.put("relations." + name, array));
        return parts;
    }
}
