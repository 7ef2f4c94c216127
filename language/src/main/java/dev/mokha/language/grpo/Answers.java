package dev.mokha.language.grpo;

import java.math.BigDecimal;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What of a text is its answer: behind the last `####`, as in GSM8K
/// ([Cobbe et al. 2021](https://arxiv.org/abs/2110.14168)), where it has one; else all of it.
final class Answers {
    private static final String MARK = "####";

    /// Digits in groups of three or in one run, with a fraction or without. A minus that stands behind a
    /// digit or
    /// a bracket is subtraction, no sign.
    private static final Pattern NUMBER =
            Pattern.compile("(?:(?<![\\d.)])-)?(?:(?:\\d{1,3}(?:,\\d{3})++(?!\\d)|\\d++)(?:\\.\\d++)?|\\.\\d++)");

    private Answers() {}

    /// {@return the part that counts}
    static String part(String text) {
        int mark = text.lastIndexOf(MARK);
        return mark < 0 ? text : text.substring(mark + MARK.length());
    }

    /// {@return the answer without what does not matter: compatible forms of characters, case, white
    /// space at the
    /// ends and its amount, a full stop at the end}
    static String normalized(String text) {
        String plain = Normalizer.normalize(part(text), Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .strip()
                .replaceAll("\\s+", " ");
        return plain.endsWith(".") ? plain.substring(0, plain.length() - 1).stripTrailing() : plain;
    }

    /// {@return the last number of the answer; null when it has none}
    static @Nullable BigDecimal lastNumber(String text) {
        Matcher matcher = NUMBER.matcher(western(part(text)));
        @Nullable String last = null;
        while (matcher.find()) {
            last = matcher.group();
        }
        return last == null ? null : new BigDecimal(last.replace(",", ""));
    }

    /// Digits of every script, and Arabic's marks between them, as 0 to 9, `.` and `,`.
    private static String western(String text) {
        var plain = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '٫' -> plain.append('.');
                case '٬' -> plain.append(',');
                case '−' -> plain.append('-');
                default -> {
                    int digit = Character.isDigit(c) ? Character.digit(c, 10) : -1;
                    plain.appendCodePoint(digit < 0 ? c : '0' + digit);
                }
            }
        });
        return plain.toString();
    }
}
