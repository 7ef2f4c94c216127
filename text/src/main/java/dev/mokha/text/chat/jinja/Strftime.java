package dev.mokha.text.chat.jinja;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// C's `strftime` in English, as Python has it.
final class Strftime {
    private Strftime() {}

    static String format(String format, ZonedDateTime time) {
        var out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            char kind = format.charAt(++i);
            boolean bare = kind == '-' && i + 1 < format.length();
            String field = field(bare ? format.charAt(++i) : kind, time);
            out.append(
                    bare && field.startsWith("0") && field.length() > 1 ? field.replaceFirst("^0+(?=.)", "") : field);
        }
        return out.toString();
    }

    private static String field(char kind, ZonedDateTime time) {
        return switch (kind) {
            case 'Y' -> pattern("uuuu", time);
            case 'y' -> pattern("uu", time);
            case 'm' -> pattern("MM", time);
            case 'd' -> pattern("dd", time);
            case 'e' -> "%2d".formatted(time.getDayOfMonth());
            case 'H' -> pattern("HH", time);
            case 'I' -> pattern("hh", time);
            case 'M' -> pattern("mm", time);
            case 'S' -> pattern("ss", time);
            case 'f' -> pattern("SSSSSS", time);
            case 'p' -> pattern("a", time).toUpperCase(Locale.ROOT);
            case 'j' -> pattern("DDD", time);
            case 'A' -> pattern("EEEE", time);
            case 'a' -> pattern("EEE", time);
            case 'B' -> pattern("MMMM", time);
            case 'b', 'h' -> pattern("MMM", time);
            case 'F' -> pattern("uuuu-MM-dd", time);
            case 'T' -> pattern("HH:mm:ss", time);
            case 'R' -> pattern("HH:mm", time);
            case 'D' -> pattern("MM/dd/uu", time);
            case 'Z' -> pattern("zzz", time);
            case 'z' -> pattern("xx", time);
            case 'u' -> Integer.toString(time.getDayOfWeek().getValue());
            case 'w' -> Integer.toString(time.getDayOfWeek().getValue() % 7);
            case 's' -> Long.toString(time.toEpochSecond());
            case 'n' -> "\n";
            case 't' -> "\t";
            case '%' -> "%";
            default -> throw new Fault("strftime_now does not know '%" + kind + "'");
        };
    }

    private static String pattern(String pattern, ZonedDateTime time) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
    }
}
