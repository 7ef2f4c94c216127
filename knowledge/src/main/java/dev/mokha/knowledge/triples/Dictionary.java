package dev.mokha.knowledge.triples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Names by their numbers, read from a file, gzipped or not: a name on each line, whose number is that of
/// the line from 0; or `name<TAB>number` on each line, in any order, behind a line with their count or
/// without one (`entity2id.txt` of OpenKE and of LKGE's successors).
public final class Dictionary {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private final Path file;
    private final List<@Nullable String> names = new ArrayList<>();
    private final BadLines bad = BadLines.none(); // without one name, others would have wrong numbers

    private Dictionary(Path file) {
        this.file = file;
    }

    /// @throws MalformedFactsException naming file and line
    public static Dictionary of(Path file) {
        var dictionary = new Dictionary(file);
        try (var lines = new Utf8Lines(file, dictionary.bad, _ -> {})) {
            dictionary.read(lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return dictionary;
    }

    private void read(Utf8Lines lines) throws IOException {
        String first = lines.next();
        String second = lines.next();
        boolean counted = first != null && NUMBER.matcher(first).matches() && second != null && second.contains("\t");
        boolean numbered = first != null && (counted || first.contains("\t"));
        if (first != null && !counted) {
            add(first, 1, numbered);
        }
        for (String line = second; line != null; line = lines.next()) {
            add(line, lines.number(), numbered);
        }
        int missing = names.indexOf(null);
        if (missing >= 0) {
            throw new MalformedFactsException(
                    file, 0, "no name has the number " + missing + ", and one has " + (names.size() - 1));
        }
        if (counted && Integer.parseInt(first) != names.size()) {
            throw new MalformedFactsException(
                    file, 1, "says that " + first + " names follow, and " + names.size() + " do");
        }
    }

    private void add(String line, long number, boolean numbered) {
        if (line.isBlank()) {
            if (!numbered) {
                bad.found(file, number, "a name is empty");
            }
            return;
        }
        int tab = line.indexOf('\t');
        if (!numbered) {
            if (tab >= 0) {
                bad.found(file, number, "found a tab, and the lines before have one name each");
            }
            names.add(line);
            return;
        }
        String digits = line.substring(tab + 1).strip();
        if (tab < 1 || !NUMBER.matcher(digits).matches()) {
            bad.found(file, number, "found '" + line + "', not a name, a tab and a number");
        }
        int place = Integer.parseInt(digits);
        if (place > 2 * number + (1 << 20)) {
            bad.found(file, number, "the number " + place + " is far beyond the lines there are");
        }
        while (names.size() <= place) {
            names.add(null);
        }
        if (names.set(place, line.substring(0, tab)) != null) {
            bad.found(file, number, "the number " + place + " has two names");
        }
    }

    /// {@return how many names there are}
    public int size() {
        return names.size();
    }

    /// {@return the name whose number a file has}
    ///
    /// @throws IllegalArgumentException for what is no number, or beyond the names
    public String name(String number) {
        if (!NUMBER.matcher(number).matches()) {
            throw new IllegalArgumentException("'" + number + "' is no number of a name in " + file);
        }
        int place = Integer.parseInt(number);
        if (place >= names.size()) {
            throw new IllegalArgumentException(
                    "%s is beyond the %,d names of %s, which count from 0".formatted(number, names.size(), file));
        }
        String name = names.get(place);
        return name == null ? "" : name; // there is one: the numbers were looked through
    }
}
