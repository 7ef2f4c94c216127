package dev.mokha.text.unicode;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Chosen [TextStep]s, applied in the order of their declaration until nothing changes any more, so that a
/// pipeline is idempotent as each of its steps is. (One pass isn't enough: removing a tatweel can bring a letter
/// and a combining hamza together, which NFC then composes.)
///
/// @param steps without repeats, in the order of declaration whatever order they were given in
public record TextPipeline(List<TextStep> steps) {
    /// Changes nothing: the default everywhere.
    public static final TextPipeline NONE = new TextPipeline(List.of());

    /// No order of these steps needs more passes than there are steps; a bound, so that no text can loop.
    private static final int MAX_PASSES = TextStep.values().length + 1;

    public TextPipeline {
        steps = steps.stream().distinct().sorted(Comparator.naturalOrder()).toList();
    }

    public static TextPipeline of(TextStep... steps) {
        return new TextPipeline(Arrays.asList(steps));
    }

    /// What Arabic search engines commonly fold: presentation forms, invisible marks, tatweel, tashkeel, alef
    /// forms, alef maqsura and ta marbuta. For keys and comparisons, not for training text.
    public static TextPipeline arabicSearch() {
        return of(
                TextStep.NFC,
                TextStep.PRESENTATION_FORMS,
                TextStep.REMOVE_BIDI_MARKS,
                TextStep.REMOVE_ZERO_WIDTH,
                TextStep.REMOVE_TATWEEL,
                TextStep.REMOVE_TASHKEEL,
                TextStep.REMOVE_QURANIC_MARKS,
                TextStep.UNIFY_ALEF,
                TextStep.ALEF_MAQSURA_TO_YA,
                TextStep.TA_MARBUTA_TO_HA);
    }

    public String apply(String text) {
        String before = text;
        for (int pass = 0; pass < MAX_PASSES; pass++) {
            String after = before;
            for (TextStep step : steps) {
                after = step.apply(after);
            }
            if (after.equals(before)) {
                return before;
            }
            before = after;
        }
        return before;
    }
}
