package dev.mokha.text.chat.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `"%s of %03d" % values`, the conversions that templates use: `s r d i f x %` with flags, width and precision.
final class PercentFormat {
    private static final Pattern CONVERSION =
            Pattern.compile("%(?:\\((\\w+)\\))?([-0+ ]*)(\\d{0,4})(?:\\.(\\d{1,3}))?(.)");

    private PercentFormat() {}

    static Value format(String format, Value values, Meter meter) {
        List<Value> rest =
                values instanceof Items items && items.kind() == Items.Kind.TUPLE ? items.values() : List.of(values);
        var out = new StringBuilder();
        Matcher matcher = CONVERSION.matcher(format);
        int done = 0;
        int next = 0;
        while (matcher.find()) {
            out.append(literal(format.substring(done, matcher.start())));
            done = matcher.end();
            if (matcher.group(5).equals("%")) {
                out.append('%');
                continue;
            }
            Value value;
            if (matcher.group(1) != null) {
                value = Operators.item(values, new Value.Text(matcher.group(1)), meter);
            } else if (next < rest.size()) {
                value = rest.get(next++);
            } else {
                throw new Fault("not enough values for the format \"" + format + "\"");
            }
            out.append(convert(matcher, value, meter));
            meter.text(out.length());
        }
        if (next < rest.size() && !(values instanceof Dict)) {
            throw new Fault("too many values for the format \"" + format + "\"");
        }
        out.append(literal(format.substring(done)));
        return new Value.Text(out.toString());
    }

    private static String literal(String text) {
        if (text.indexOf('%') >= 0) {
            throw new Fault("the format ends after '%'; a percent sign is '%%'");
        }
        return text;
    }

    private static String convert(Matcher matcher, Value value, Meter meter) {
        String flags = matcher.group(2);
        String precision = matcher.group(4);
        int digits = precision == null ? -1 : Integer.parseInt(precision);
        return switch (matcher.group(5)) {
            case "s", "r" -> {
                String text = matcher.group(5).equals("s") ? Printing.text(value, meter) : Printing.repr(value, meter);
                int length = PyText.length(text);
                yield pad(digits < 0 ? text : PyText.slice(text, 0, Math.min(digits, length)), false, matcher);
            }
            case "d", "i" -> {
                long number = value instanceof Value.Real real ? (long) real.value() : Numbers.integer(value);
                yield pad(signed(Long.toString(number), flags), true, matcher);
            }
            case "x" -> pad(signed(Long.toString(Numbers.integer(value), 16), flags), true, matcher);
            case "f" -> pad(signed(fixed(Numbers.real(value), digits < 0 ? 6 : digits), flags), true, matcher);
            default -> throw new Fault("the format '%" + matcher.group(5) + "' is not supported");
        };
    }

    private static String signed(String number, String flags) {
        return number.startsWith("-") ? number : (flags.contains("+") ? "+" : flags.contains(" ") ? " " : "") + number;
    }

    private static String fixed(double value, int digits) {
        return Double.isNaN(value) || Double.isInfinite(value)
                ? Numbers.text(value)
                : new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String pad(String text, boolean number, Matcher matcher) {
        String flags = matcher.group(2);
        int width = matcher.group(3).isEmpty() ? 0 : Integer.parseInt(matcher.group(3));
        int missing = Math.max(0, width - PyText.length(text));
        if (flags.contains("-")) {
            return text + " ".repeat(missing);
        }
        if (number && flags.contains("0")) {
            int sign = text.startsWith("-") || text.startsWith("+") || text.startsWith(" ") ? 1 : 0;
            return text.substring(0, sign) + "0".repeat(missing) + text.substring(sign);
        }
        return " ".repeat(missing) + text;
    }
}
