package dev.mokha.knowledge.lifelong;

import java.util.SplittableRandom;

/// Random orders.
final class Draws {
    private Draws() {}

    /// Puts numbers in a random order ([Durstenfeld 1964](https://doi.org/10.1145/364520.364540)).
    static void shuffle(int[] numbers, SplittableRandom random) {
        for (int i = numbers.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int other = numbers[j];
            numbers[j] = numbers[i];
            numbers[i] = other;
        }
    }
}
