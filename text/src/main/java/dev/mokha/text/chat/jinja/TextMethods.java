package dev.mokha.text.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The methods of a string.
final class TextMethods {
    /// Those that take no argument.
    private static final Set<String> PLAIN = Set.of(
            "upper",
            "lower",
            "casefold",
            "title",
            "capitalize",
            "isdigit",
            "isdecimal",
            "isnumeric",
            "isalpha",
            "isalnum",
            "isspace",
            "isupper",
            "islower");

    private TextMethods() {}

    /// {@return the method bound to this text, or null when strings have none of that name}
    static @Nullable Value of(Value.Text of, String name, Meter meter) {
        String text = of.text();
        Value.Function.Body body = switch (name) {
            case "strip" -> args -> strip(text, args, true, true);
            case "lstrip" -> args -> strip(text, args, true, false);
            case "rstrip" -> args -> strip(text, args, false, true);
            case "upper" -> _ -> new Value.Text(PyText.upper(text));
            case "lower", "casefold" -> _ -> new Value.Text(PyText.lower(text));
            case "title" -> _ -> new Value.Text(PyText.title(text));
            case "capitalize" -> _ -> new Value.Text(PyText.capitalize(text));
            case "startswith" -> args -> affix(text, args, true);
            case "endswith" -> args -> affix(text, args, false);
            case "removeprefix" ->
                args -> {
                    String prefix = args.bind(name, "prefix").text("prefix");
                    return new Value.Text(text.startsWith(prefix) ? text.substring(prefix.length()) : text);
                };
            case "removesuffix" ->
                args -> {
                    String suffix = args.bind(name, "suffix").text("suffix");
                    return new Value.Text(
                            text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text);
                };
            case "replace" ->
                args -> {
                    Args.Bound bound = args.bind(name, "old", "new", "count");
                    return new Value.Text(
                            replace(text, bound.text("old"), bound.text("new"), bound.integer("count", -1), meter));
                };
            case "split" -> args -> split(text, args.bind(name, "sep", "maxsplit"), true, meter);
            case "rsplit" -> args -> split(text, args.bind(name, "sep", "maxsplit"), false, meter);
            case "splitlines" -> _ -> Items.list(lines(text, meter));
            case "join" ->
                args -> new Value.Text(
                        join(text, Operators.iterate(args.bind(name, "iterable").required("iterable"), meter), meter));
            case "find" ->
                args -> find(text, text.indexOf(args.bind(name, "sub").text("sub")));
            case "rfind" ->
                args -> find(text, text.lastIndexOf(args.bind(name, "sub").text("sub")));
            case "index" ->
                args -> index(text, text.indexOf(args.bind(name, "sub").text("sub")));
            case "rindex" ->
                args -> index(text, text.lastIndexOf(args.bind(name, "sub").text("sub")));
            case "count" -> args -> count(text, args.bind(name, "sub").text("sub"));
            case "isdigit", "isdecimal", "isnumeric" -> _ -> all(text, Character::isDigit);
            case "isalpha" -> _ -> all(text, Character::isLetter);
            case "isalnum" -> _ -> all(text, Character::isLetterOrDigit);
            case "isspace" -> _ -> all(text, PyText::isSpace);
            case "isupper" -> _ -> Value.Bool.of(!text.equals(PyText.lower(text)) && text.equals(PyText.upper(text)));
            case "islower" -> _ -> Value.Bool.of(!text.equals(PyText.upper(text)) && text.equals(PyText.lower(text)));
            default -> null;
        };
        return body == null
                ? null
                : new Value.Function(name, args -> {
                    meter.text(text.length());
                    if (PLAIN.contains(name)) {
                        args.bind(name);
                    }
                    Value result = body.call(args);
                    return of.markup() ? markup(result) : result;
                });
    }

    /// What a method of markup gives is markup.
    private static Value markup(Value result) {
        return switch (result) {
            case Value.Text text -> new Value.Text(text.text(), true);
            case Items items ->
                Items.list(items.values().stream().map(TextMethods::markup).toList());
            default -> result;
        };
    }

    private static Value strip(String text, Args args, boolean left, boolean right) {
        return new Value.Text(PyText.strip(text, args.bind("strip", "chars").optionalText("chars"), left, right));
    }

    private static Value affix(String text, Args args, boolean start) {
        Value wanted = args.bind(start ? "startswith" : "endswith", "affix").required("affix");
        List<Value> any =
                wanted instanceof Items items && items.kind() == Items.Kind.TUPLE ? items.values() : List.of(wanted);
        for (Value one : any) {
            if (!(one instanceof Value.Text affix)) {
                throw Comparing.undefinedOr(one, one, "a string is needed, not " + one.type());
            }
            if (start ? text.startsWith(affix.text()) : text.endsWith(affix.text())) {
                return Value.Bool.TRUE;
            }
        }
        return Value.Bool.FALSE;
    }

    private static Value index(String text, int at) {
        if (at < 0) {
            throw new Fault("the text is not in the string");
        }
        return find(text, at);
    }

    private static Value find(String text, int at) {
        return new Value.Int(at < 0 ? -1 : text.codePointCount(0, at));
    }

    private static Value count(String text, String part) {
        if (part.isEmpty()) {
            return new Value.Int(PyText.length(text) + 1L);
        }
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return new Value.Int(count);
    }

    private static Value all(String text, IntPredicate predicate) {
        return Value.Bool.of(!text.isEmpty() && text.codePoints().allMatch(predicate));
    }

    static String replace(String text, String old, String replacement, long count, Meter meter) {
        var out = new StringBuilder();
        int done = 0;
        long left = count < 0 ? Long.MAX_VALUE : count;
        int at = text.indexOf(old);
        while (at >= 0 && left-- > 0) {
            out.append(text, done, at).append(replacement);
            meter.text(out.length());
            done = at + old.length();
            int next = done;
            if (old.isEmpty()) {
                if (done == text.length()) {
                    break;
                }
                next = text.offsetByCodePoints(done, 1);
            }
            at = text.indexOf(old, next);
        }
        return out.append(text, done, text.length()).toString();
    }

    static String join(String separator, List<Value> values, Meter meter) {
        var out = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            if (!(values.get(i) instanceof Value.Text part)) {
                throw new Fault(
                        "join needs strings; item " + i + " is " + values.get(i).type());
            }
            out.append(i == 0 ? "" : separator).append(part.text());
            meter.text(out.length());
        }
        return out.toString();
    }

    private static Value split(String text, Args.Bound bound, boolean left, Meter meter) {
        String separator = bound.optionalText("sep");
        long most = bound.integer("maxsplit", -1);
        long splits = most < 0 ? Long.MAX_VALUE : most;
        List<Value> parts = new ArrayList<>();
        if (separator == null) {
            words(text, splits, left, parts);
        } else if (separator.isEmpty()) {
            throw new Fault("split needs a separator that is not empty");
        } else if (left) {
            int from = 0;
            for (int at = text.indexOf(separator); at >= 0 && splits-- > 0; at = text.indexOf(separator, from)) {
                parts.add(new Value.Text(text.substring(from, at)));
                from = at + separator.length();
            }
            parts.add(new Value.Text(text.substring(from)));
        } else {
            int to = text.length();
            for (int at = text.lastIndexOf(separator);
                    at >= 0 && splits-- > 0;
                    at = text.lastIndexOf(separator, to - separator.length())) {
                parts.addFirst(new Value.Text(text.substring(at + separator.length(), to)));
                to = at;
            }
            parts.addFirst(new Value.Text(text.substring(0, to)));
        }
        meter.items(parts.size());
        return Items.list(parts);
    }

    /// Splits at runs of white space; the part left over when `most` splits are done keeps its far end as
    /// it is.
    private static void words(String text, long most, boolean left, List<Value> parts) {
        int step = left ? 1 : -1;
        int end = left ? text.length() : -1;
        int at = left ? 0 : text.length() - 1;
        for (long splits = most; ; splits--) {
            while (at != end && PyText.isSpace(text.charAt(at))) {
                at += step;
            }
            if (at == end) {
                return;
            }
            int start = at;
            while (at != end && (splits == 0 || !PyText.isSpace(text.charAt(at)))) {
                at += step;
            }
            if (left) {
                parts.add(new Value.Text(text.substring(start, at)));
            } else {
                parts.addFirst(new Value.Text(text.substring(at + 1, start + 1)));
            }
        }
    }

    /// {@return `str.splitlines`}
    static List<Value> lines(String text, Meter meter) {
        List<Value> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean ends = switch (c) {
                case '\n', '\r', 0x0b, '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029 -> true;
                default -> false;
            };
            if (ends) {
                lines.add(new Value.Text(text.substring(start, i)));
                if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                    i++;
                }
                start = i + 1;
            }
        }
        if (start < text.length()) {
            lines.add(new Value.Text(text.substring(start)));
        }
        meter.items(lines.size());
        return lines;
    }
}
