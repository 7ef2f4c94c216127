package dev.mokha.language.grpo;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.generate.BatchGenerator;
import dev.mokha.language.generate.BatchGenerator.Continuation;
import dev.mokha.language.generate.Sampling;
import dev.mokha.nn.Mode;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// Draws completions and judges them.
///
/// @param prompts all there are
/// @param ends the ids that end a completion
record Rollouts(List<EncodedPrompt> prompts, Tokenizer tokenizer, List<Integer> ends, Rewards rewards) {
    /// Completes some prompts.
    ///
    /// @param numbers which prompts
    /// @param times how often each
    /// @param sampling how each completion is drawn
    Rollout draw(Decoder model, int[] numbers, int times, IntFunction<Sampling> sampling) {
        Mode before = model.params().mode();
        model.params().mode(Mode.EVAL);
        try {
            List<int[]> ids = new ArrayList<>();
            for (int number : numbers) {
                ids.add(prompts.get(number).ids());
            }
            List<Continuation> drawn = new BatchGenerator(model, ends).run(ids, times, sampling);
            return new Rollout(numbers, drawn, rewards.score(completions(numbers, drawn)), null, null);
        } finally {
            model.params().mode(before);
        }
    }

    /// {@return the completions as rewards and people see them}
    /// @param numbers of their prompts
    List<Completion> completions(int[] numbers, List<Continuation> drawn) {
        int times = drawn.size() / numbers.length;
        List<Completion> completions = new ArrayList<>();
        for (int i = 0; i < drawn.size(); i++) {
            Continuation one = drawn.get(i);
            int[] ids = one.ids().stream().mapToInt(Integer::intValue).toArray();
            Prompt prompt = prompts.get(numbers[i / times]).prompt();
            completions.add(new Completion(prompt, tokenizer.decode(ids, true), ids.length, one.ended()));
        }
        return completions;
    }
}
