package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import java.util.Map;

/// Moves vectors against a gradient.
public interface Optimizer {
    /// Takes one step.
    void step(Vectors at, Vectors gradient, Crew crew);

    /// {@return what it must keep to go on, by name: the arrays themselves, which a checkpoint copies and
    /// writes over}
    Map<String, double[]> parts();
}
