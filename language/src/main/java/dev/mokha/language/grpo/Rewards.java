package dev.mokha.language.grpo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// What completions are judged by: a weighted sum of rewards.
public record Rewards(List<Weighted> parts) {
    private static final Pattern WEIGHT = Pattern.compile("(-?\\d+(?:\\.\\d+)?)\\*(.*)", Pattern.DOTALL);
    private static final Pattern LENGTHS = Pattern.compile("(?:(\\d{1,9})-)?(\\d{1,9})");

    public Rewards {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("at least one reward is needed, such as number");
        }
    }

    /// A reward and how much it counts.
    public record Weighted(Reward reward, double weight) {
        public Weighted {
            if (!Double.isFinite(weight) || weight == 0) {
                throw new IllegalArgumentException(
                        "the weight of the reward " + reward.name() + " must be finite and not 0, was " + weight);
            }
        }

        /// Reads a reward as people write it: `exact`, `number`, `format:REGEX`, `length:LONGEST` or
        /// `length:FREE-LONGEST`, with a weight before it as in `0.5*number`.
        ///
        /// @throws IllegalArgumentException for anything else, naming it
        public static Weighted parse(String text) {
            Matcher weighted = WEIGHT.matcher(text);
            return weighted.matches()
                    ? new Weighted(reward(weighted.group(2)), Double.parseDouble(weighted.group(1)))
                    : new Weighted(reward(text), 1);
        }

        private static Reward reward(String text) {
            String kind = text.contains(":") ? text.substring(0, text.indexOf(':') + 1) : text;
            String rest = text.substring(kind.length());
            return switch (kind) {
                case "exact" -> new Reward.Exact();
                case "number" -> new Reward.SameNumber();
                case "format:" -> new Reward.Format(pattern(rest));
                case "length:" -> length(rest);
                default ->
                    throw new IllegalArgumentException("the reward '" + text
                            + "' is none of exact, number, format:REGEX, length:LONGEST, length:FREE-LONGEST, any of"
                            + " them with a weight before it, such as 0.5*number");
            };
        }

        private static Pattern pattern(String regex) {
            try {
                return Pattern.compile(regex, Pattern.DOTALL);
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "'" + regex + "' of the reward format is no regular expression: " + e.getDescription()
                                + " at character " + e.getIndex(),
                        e);
            }
        }

        private static Reward.Length length(String text) {
            Matcher lengths = LENGTHS.matcher(text);
            if (!lengths.matches()) {
                throw new IllegalArgumentException(
                        "the reward length takes tokens, as in length:200 or length:100-200, not '" + text + "'");
            }
            String free = lengths.group(1);
            return new Reward.Length(free == null ? 0 : Integer.parseInt(free), Integer.parseInt(lengths.group(2)));
        }
    }

    /// What completions got.
    ///
    /// @param total the weighted sum for each completion
    /// @param each what each reward said, in their order, for each completion
    @SuppressWarnings("ArrayRecordComponent") // numbers on their way to figures; equality is not asked for
    public record Scores(double[] total, List<double[]> each) {}

    /// {@return the names of the parts; the second of one name is `NAME-2`}
    public List<String> names() {
        Map<String, Integer> seen = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (Weighted part : parts) {
            String name = part.reward().name();
            int count = seen.merge(name, 1, Integer::sum);
            names.add(count == 1 ? name : name + "-" + count);
        }
        return names;
    }

    /// Makes sure that a prompt has what every part reads.
    void require(Prompt prompt) {
        parts.forEach(part -> part.reward().require(prompt));
    }

    /// Judges completions.
    ///
    /// @throws IllegalStateException when a reward gives no finite number for each, naming it
    public Scores score(List<Completion> completions) {
        double[] total = new double[completions.size()];
        List<double[]> each = new ArrayList<>();
        for (Weighted part : parts) {
            double[] found = part.reward().of(completions);
            if (found.length != total.length) {
                throw new IllegalStateException("the reward " + part.reward().name() + " gave " + found.length
                        + " numbers for " + total.length + " completions");
            }
            for (int i = 0; i < total.length; i++) {
                if (!Double.isFinite(found[i])) {
                    throw new IllegalStateException(
                            "the reward " + part.reward().name() + " gave " + found[i] + " for '"
                                    + completions.get(i).text() + "'");
                }
                total[i] += part.weight() * found[i];
            }
            each.add(found);
        }
        return new Scores(total, each);
    }
}
