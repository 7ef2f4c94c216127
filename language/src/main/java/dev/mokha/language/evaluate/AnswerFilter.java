package dev.mokha.language.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What is done to a written answer before it counts: steps, one after the other, under a name.
///
/// @param name such as `strict-match`; `none` for no steps
public record AnswerFilter(String name, List<Step> steps) {
    public AnswerFilter {
        steps = List.copyOf(steps);
    }

    /// {@return what leaves an answer as it is}
    public static AnswerFilter none() {
        return new AnswerFilter("none", List.of());
    }

    /// {@return what counts of an answer}
    public String apply(String answer) {
        String text = answer;
        for (Step step : steps) {
            text = step.apply(text);
        }
        return text;
    }

    /// One step.
    public sealed interface Step {
        /// {@return the text after this step}
        String apply(String text);
    }

    /// What a pattern finds: its group, the first of several that holds something, or all of the match.
    ///
    /// @param find which match counts, from 0; −1 is the last
    /// @param fallback what stands for an answer without a match
    public record Regex(Pattern pattern, int find, String fallback) implements Step {
        @Override
        public String apply(String text) {
            List<String> found = new ArrayList<>();
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                found.add(part(matcher));
            }
            int at = find < 0 ? found.size() + find : find;
            return at >= 0 && at < found.size() ? found.get(at).strip() : fallback;
        }

        private String part(Matcher matcher) {
            if (matcher.groupCount() == 0) {
                return matcher.group();
            }
            for (int group = 1; group <= matcher.groupCount(); group++) {
                @Nullable String part = matcher.group(group);
                if (part != null && !part.isEmpty()) {
                    return part;
                }
            }
            return matcher.groupCount() == 1 ? "" : fallback;
        }
    }

    /// White space around the answer goes.
    public record RemoveWhitespace() implements Step {
        @Override
        public String apply(String text) {
            return text.strip();
        }
    }

    /// All letters small.
    public record Lowercase() implements Step {
        @Override
        public String apply(String text) {
            return text.toLowerCase(Locale.ROOT);
        }
    }
}
