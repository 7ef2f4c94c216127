package dev.mokha.language.grpo;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.reward.ConversationScorer;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Says how good completions are. A whole batch at once, so that one that runs a model can.
public sealed interface Reward {
    /// {@return what it is called in figures}
    String name();

    /// {@return a finite number for each completion, larger for better}
    double[] of(List<Completion> completions);

    /// Makes sure that a prompt has what this reward reads.
    ///
    /// @throws CorpusException naming the prompt when it has not
    default void require(Prompt prompt) {}

    /// 1 where a completion is the prompt's `answer`, else 0. Both are normalised: compatible forms of
    /// characters, case, white space and a full stop at the end do not matter; of a text with `####` the part
    /// behind the last one counts.
    record Exact() implements Reward {
        @Override
        public String name() {
            return "exact";
        }

        @Override
        public double[] of(List<Completion> completions) {
            return each(
                    completions,
                    completion -> Answers.normalized(completion.text())
                                    .equals(Answers.normalized(answer(completion.prompt())))
                            ? 1
                            : 0);
        }

        private String answer(Prompt prompt) {
            return prompt.field(Prompt.ANSWER, name());
        }

        @Override
        public void require(Prompt prompt) {
            answer(prompt);
        }
    }

    /// 1 where the last number of a completion equals that of the prompt's `answer`, else 0. Exact decimals:
    /// `1,000.50` is `1000.5`, and `0.1` is not `0.10000001`. Digits of every script count; of a text with
    /// `####` the part behind the last one.
    record SameNumber() implements Reward {
        @Override
        public String name() {
            return "number";
        }

        @Override
        public double[] of(List<Completion> completions) {
            return each(completions, completion -> {
                @Nullable BigDecimal said = Answers.lastNumber(completion.text());
                return said != null && said.compareTo(answer(completion.prompt())) == 0 ? 1 : 0;
            });
        }

        private BigDecimal answer(Prompt prompt) {
            String text = prompt.field(Prompt.ANSWER, name());
            @Nullable BigDecimal number = Answers.lastNumber(text);
            if (number == null) {
                throw new CorpusException(
                        prompt.where() + ": the answer '" + text + "' has no number, which the reward number needs");
            }
            return number;
        }

        @Override
        public void require(Prompt prompt) {
            answer(prompt);
        }
    }

    /// 1 where the whole completion matches a pattern, else 0.
    ///
    /// @param pattern where `.` usually stands for line breaks too
    record Format(Pattern pattern) implements Reward {
        @Override
        public String name() {
            return "format";
        }

        @Override
        public double[] of(List<Completion> completions) {
            return each(
                    completions,
                    completion -> pattern.matcher(completion.text()).matches() ? 1 : 0);
        }
    }

    /// 0 for up to `free` tokens, then falling in a line to −1 at `longest` and beyond: the soft punishment of
    /// overlong completions, [Yu et al. 2025, equation 13](https://arxiv.org/abs/2503.14476).
    record Length(int free, int longest) implements Reward {
        public Length {
            if (free < 0 || longest <= free) {
                throw new IllegalArgumentException("a length penalty begins at 0 tokens or more and is whole at more"
                        + " tokens than that; was " + free + " and " + longest);
            }
        }

        @Override
        public String name() {
            return "length";
        }

        @Override
        public double[] of(List<Completion> completions) {
            double range = (double) longest - free;
            return each(completions, completion -> Math.clamp((free - completion.tokens()) / range, -1, 0));
        }
    }

    /// Anything else, by a function: a reward model is one.
    record Scored(String name, Scorer scorer) implements Reward {
        /// {@return a reward that looks at one completion at a time}
        public static Scored each(String name, ToDoubleFunction<Completion> function) {
            return new Scored(name, completions -> Reward.each(completions, function));
        }

        /// {@return what something that scores conversations says, such as a reward model}
        public static Scored of(String name, ConversationScorer scorer) {
            return new Scored(
                    name,
                    completions -> scorer.scores(
                            completions.stream().map(Completion::conversation).toList()));
        }

        @Override
        public double[] of(List<Completion> completions) {
            return scorer.score(completions);
        }
    }

    /// Scores completions.
    @FunctionalInterface
    interface Scorer {
        /// {@return a number for each}
        double[] score(List<Completion> completions);
    }

    private static double[] each(List<Completion> completions, ToDoubleFunction<Completion> function) {
        return completions.stream().mapToDouble(function).toArray();
    }
}
