package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.graph.Facts;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Facts that are remembered to be seen again.
final class Memory {
    private Memory() {}

    /// {@return so many of some facts, or all where there are fewer, drawn without putting back}
    static Facts sample(Facts facts, int size, SplittableRandom random) {
        int[] order = upTo(facts.size());
        Draws.shuffle(order, random);
        return chosen(facts, Arrays.copyOf(order, Math.min(size, order.length)));
    }

    /// {@return a memory half of which is given up for a snapshot's facts}
    static Facts renewed(Facts memory, Facts fresh, int size, SplittableRandom random) {
        if (memory.size() == 0) {
            return sample(fresh, size, random);
        }
        return Facts.join(List.of(sample(memory, size / 2, random), sample(fresh, size - size / 2, random)));
    }

    /// {@return the first so many, or all where there are fewer}
    static Facts first(Facts facts, int size) {
        return chosen(facts, upTo(Math.min(size, facts.size())));
    }

    /// {@return each fact in a direction drawn for it}
    static Facts eitherWay(Facts facts, SplittableRandom random) {
        int[] order = upTo(facts.size());
        for (int i = 0; i < order.length; i++) {
            order[i] += random.nextBoolean() ? facts.size() : 0;
        }
        return chosen(facts.withInverses(), order);
    }

    /// Adds remembered facts to a batch, with negatives.
    static void replay(Facts facts, Batch batch, int below, SplittableRandom random) {
        batch.drawMore(facts, upTo(facts.size()), 0, facts.size(), below, random);
    }

    private static int[] upTo(int n) {
        int[] numbers = new int[n];
        Arrays.setAll(numbers, i -> i);
        return numbers;
    }

    private static Facts chosen(Facts facts, int[] which) {
        return Facts.of(
                Arrays.stream(which).map(facts::subject).toArray(),
                Arrays.stream(which).map(facts::relation).toArray(),
                Arrays.stream(which).map(facts::object).toArray());
    }
}
