package dev.mokha.bench;

import dev.mokha.language.generate.BatchGenerator;
import dev.mokha.language.generate.BatchGenerator.Continuation;
import dev.mokha.language.generate.Generator;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampler;
import dev.mokha.language.generate.Sampling;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Engine;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Completions of several prompts, drawn together and one by one with the same random numbers: tokens a second,
/// and how many completions are the same.
///
///     java … dev.mokha.bench.RolloutBench FOLDER TOKENS GROUP PROMPT…
final class RolloutBench {
    private static final int ROUNDS = 3;

    private final PrintStream out = System.out;

    private RolloutBench() {}

    /// @param arguments as above
    public static void main(String[] arguments) {
        new RolloutBench()
                .run(
                        Path.of(arguments[0]),
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        Arrays.asList(arguments).subList(3, arguments.length));
    }

    private void run(Path folder, int longest, int group, List<String> texts) {
        Engine.start();
        try (var model = LanguageModel.load(folder, Loading.forUse(Device.CPU).as(DType.FLOAT32))) {
            List<int[]> prompts =
                    texts.stream().map(model.tokenizer()::encodeIds).toList();
            List<Integer> ends = model.special().eos();
            out.printf(
                    Locale.ROOT,
                    "%d prompts, %d completions of each, up to %d tokens, %d threads%n",
                    prompts.size(),
                    group,
                    longest,
                    Engine.threads());
            double together = 0;
            double alone = 0;
            for (int round = 0; round <= ROUNDS; round++) {
                long begin = System.nanoTime();
                List<Continuation> batch = new BatchGenerator(model.decoder(), ends)
                        .run(prompts, group, row -> Sampling.random(longest, 1, row));
                double batchSpeed = speed(batch, begin);
                begin = System.nanoTime();
                List<Continuation> single = new ArrayList<>();
                for (int row = 0; row < prompts.size() * group; row++) {
                    single.add(alone(model, prompts.get(row / group), ends, Sampling.random(longest, 1, row)));
                }
                double singleSpeed = speed(single, begin);
                int same = 0;
                for (int i = 0; i < batch.size(); i++) {
                    same += batch.get(i).equals(single.get(i)) ? 1 : 0;
                }
                out.printf(
                        Locale.ROOT,
                        "round %d: together %,.0f tokens/s, one by one %,.0f; %d of %d the same%n",
                        round,
                        batchSpeed,
                        singleSpeed,
                        same,
                        batch.size());
                if (round > 0) { // the first is a warm-up
                    together = Math.max(together, batchSpeed);
                    alone = Math.max(alone, singleSpeed);
                }
            }
            out.printf(
                    Locale.ROOT,
                    "best: together %,.0f tokens/s, one by one %,.0f, %.1f x%n",
                    together,
                    alone,
                    together / alone);
        }
    }

    private static Continuation alone(LanguageModel model, int[] prompt, List<Integer> ends, Sampling sampling) {
        List<Integer> ids = new ArrayList<>();
        try (var generator = new Generator(model.decoder())) {
            generator.run(prompt, true, new Sampler(sampling, prompt, ends), choice -> {
                ids.add(choice.id());
                return !ends.contains(choice.id()) && ids.size() < sampling.maxNewTokens();
            });
        }
        return new Continuation(ids, ends.contains(ids.getLast()));
    }

    private static double speed(List<Continuation> all, long begin) {
        double seconds = (System.nanoTime() - begin) / 1e9;
        return all.stream().mapToInt(one -> one.ids().size()).sum() / seconds;
    }
}
