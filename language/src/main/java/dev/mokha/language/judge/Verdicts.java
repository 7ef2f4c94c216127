package dev.mokha.language.judge;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Finds the verdict in a judge's reply: in double square brackets anywhere, in single ones on the last line,
/// or in a JSON object. What is said before `</think>` does not count. A reply without a verdict, or with
/// several that differ, has none: nothing is guessed.
final class Verdicts {
    static final double LOWEST = 1;
    static final double HIGHEST = 10;

    private static final Pattern DOUBLE = Pattern.compile("\\[\\[([^\\[\\]]{1,40})]]");
    private static final Pattern SINGLE = Pattern.compile("\\[([^\\[\\]]{1,40})]");
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,3}(?:[.,٫]\\d{1,4})?)(?:\\s*/\\s*10)?");

    private Verdicts() {}

    /// {@return the rating, 1 to 10; null for none}
    static @Nullable Double rating(String reply) {
        return verdict(reply, List.of("rating", "score"), Verdicts::number);
    }

    /// {@return which answer is preferred; null when the reply does not say}
    static @Nullable Preference preference(String reply) {
        return verdict(reply, List.of("winner", "verdict", "preference"), Verdicts::letter);
    }

    private static <T> @Nullable T verdict(String reply, List<String> keys, Function<String, @Nullable T> read) {
        String said = withoutThoughts(reply);
        Set<T> found = found(DOUBLE, said, read);
        if (found.isEmpty()) {
            found = found(SINGLE, lastLine(said), read);
        }
        if (found.isEmpty()) {
            found = inJson(said, keys, read);
        }
        return found.size() == 1 ? found.iterator().next() : null;
    }

    private static <T> Set<T> found(Pattern brackets, String text, Function<String, @Nullable T> read) {
        Set<T> found = new LinkedHashSet<>();
        Matcher matcher = brackets.matcher(text);
        while (matcher.find()) {
            @Nullable T verdict = read.apply(matcher.group(1).strip());
            if (verdict != null) {
                found.add(verdict);
            }
        }
        return found;
    }

    private static <T> Set<T> inJson(String text, List<String> keys, Function<String, @Nullable T> read) {
        int start = text.indexOf('{');
        int end = text.lastIndexOf('}');
        Set<T> found = new LinkedHashSet<>();
        if (start < 0 || end < start) {
            return found;
        }
        try {
            JsonNode json = JsonMapper.shared().readTree(text.substring(start, end + 1));
            for (String key : keys) {
                @Nullable T verdict = read.apply(json.path(key).asString("").strip());
                if (verdict != null) {
                    found.add(verdict);
                }
            }
        } catch (JacksonException _) {
            // braces of something else
        }
        return found;
    }

    private static String withoutThoughts(String reply) {
        int end = reply.lastIndexOf("</think>");
        if (end >= 0) {
            return reply.substring(end + "</think>".length());
        }
        int start = reply.indexOf("<think>"); // cut off while it thought
        return start >= 0 ? reply.substring(0, start) : reply;
    }

    private static String lastLine(String text) {
        String stripped = text.strip();
        return stripped.substring(stripped.lastIndexOf('\n') + 1);
    }

    private static @Nullable Double number(String text) {
        Matcher number = NUMBER.matcher(western(text));
        if (!number.matches()) {
            return null;
        }
        double rating = Double.parseDouble(number.group(1).replace(',', '.').replace('٫', '.'));
        return rating >= LOWEST && rating <= HIGHEST ? rating : null;
    }

    /// Digits of any script as ASCII's: Arabic judges write `[[٧]]`.
    private static String western(String text) {
        var digits = new StringBuilder();
        text.codePoints().forEach(c -> digits.appendCodePoint(Character.isDigit(c) ? '0' + Character.digit(c, 10) : c));
        return digits.toString();
    }

    private static @Nullable Preference letter(String text) {
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "A", "أ", "ا" -> Preference.FIRST;
            case "B", "ب" -> Preference.SECOND;
            case "C", "TIE", "ج", "تعادل" -> Preference.TIE;
            default -> null;
        };
    }
}
