package dev.mokha.text.chat.jinja;

import java.util.List;
import java.util.Locale;
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
            out.append(format, done, matcher.start());
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
        out.append(format, done, format.length());
        return new Value.Text(out.toString());
    }

    private static String convert(Matcher matcher, Value value, Meter meter) {
        String flags = matcher.group(2);
        String width = matcher.group(3);
        String precision = matcher.group(4);
        String java = "%"
                + (width.isEmpty()
                        ? flags.replaceAll("[-0]", "")
                        : flags.contains("-") ? flags.replace("0", "") : flags)
                + width;
        return switch (matcher.group(5)) {
            case "s", "r" -> {
                String text = matcher.group(5).equals("s") ? Printing.text(value, meter) : Printing.repr(value, meter);
                yield ((flags.contains("-") ? "%-" : "%") + width + "s")
                        .formatted(
                                precision == null
                                        ? text
                                        : text.substring(0, Math.min(text.length(), Integer.parseInt(precision))));
            }
            case "d", "i" ->
                String.format(
                        Locale.ROOT,
                        java + "d",
                        value instanceof Value.Real real ? (long) real.value() : Numbers.integer(value));
            case "x" -> String.format(Locale.ROOT, java + "x", Numbers.integer(value));
            case "f" ->
                String.format(
                        Locale.ROOT, java + "." + (precision == null ? "6" : precision) + "f", Numbers.real(value));
            default -> throw new Fault("the format '%" + matcher.group(5) + "' is not supported");
        };
    }
}
