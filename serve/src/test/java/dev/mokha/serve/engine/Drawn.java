package dev.mokha.serve.engine;

import dev.mokha.language.generate.Sampling;
import java.util.Random;

/// Requests that are drawn at random.
final class Drawn {
    private Drawn() {}

    /// {@return a request to the [Toy]}: prompts share beginnings, and some repeat themselves.
    static Request request(Random random) {
        int[] prompt = new int[1 + random.nextInt(90)];
        var shared = new Random(random.nextInt(2));
        int same = random.nextInt(prompt.length);
        for (int i = 0; i < prompt.length; i++) {
            prompt[i] = 1 + (i < same ? shared : random).nextInt(random.nextBoolean() ? 256 : 4);
        }
        int length = 1 + random.nextInt(50);
        var sampling = random.nextBoolean()
                ? Sampling.greedy(length)
                : Sampling.random(length, 0.8, random.nextInt(1000)).withTopK(20);
        return Request.of(prompt, sampling).withSamples(random.nextInt(4) == 0 ? 3 : 1);
    }
}
