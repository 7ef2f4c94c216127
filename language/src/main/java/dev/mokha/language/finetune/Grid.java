package dev.mokha.language.finetune;

import java.util.ArrayList;
import java.util.List;

/// Which recipes are tried: every combination of rates, batch sizes and epochs, each with so many seeds.
///
/// @param recipe what they have in common; its seed is the first
public record Grid(FineTune recipe, List<Double> rates, List<Integer> batches, List<Double> epochs, int seeds) {
    public Grid {
        rates = List.copyOf(rates);
        batches = List.copyOf(batches);
        epochs = List.copyOf(epochs);
        if (rates.isEmpty() || batches.isEmpty() || epochs.isEmpty() || seeds < 1) {
            throw new IllegalArgumentException("a grid needs a rate, a batch size, a number of epochs and a seed");
        }
    }

    /// {@return one recipe, once}
    public static Grid of(FineTune recipe) {
        return of(recipe, 1);
    }

    /// {@return one recipe with so many seeds}
    public static Grid of(FineTune recipe, int seeds) {
        return new Grid(recipe, List.of(recipe.rate()), List.of(recipe.batch()), List.of(recipe.epochs()), seeds);
    }

    /// {@return what [Devlin et al. 2019, §A.3](https://arxiv.org/abs/1810.04805) tried for each task}
    public static Grid bert(FineTune recipe, int seeds) {
        return new Grid(recipe, List.of(5e-5, 3e-5, 2e-5), List.of(16, 32), List.of(2.0, 3.0, 4.0), seeds);
    }

    /// {@return the recipes of each point, seed by seed}
    public List<List<FineTune>> points() {
        List<List<FineTune>> points = new ArrayList<>();
        for (double rate : rates) {
            for (int batch : batches) {
                for (double passes : epochs) {
                    List<FineTune> point = new ArrayList<>();
                    for (int i = 0; i < seeds; i++) {
                        point.add(recipe.at(rate, batch, passes, recipe.seed() + i));
                    }
                    points.add(point);
                }
            }
        }
        return points;
    }
}
