package dev.mokha.knowledge.triples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.dataformat.csv.CsvMapper;

/// The records of [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180): lines are put together until their
/// quotes close, and split by Jackson. A quote that nobody closes costs its own line only: reading goes on at
/// the next.
final class CsvRecords {
    /// So many characters a record may have: beyond, a quote was forgotten.
    private static final int LONGEST = 1 << 16;

    private static final ObjectReader FIELDS = new CsvMapper().readerFor(String[].class);

    private record Line(long number, String text) {}

    private final Path file;
    private final Utf8Lines lines;
    private final BadLines bad;
    private final Deque<Line> again = new ArrayDeque<>();
    private long first;

    CsvRecords(Path file, Utf8Lines lines, BadLines bad) {
        this.file = file;
        this.lines = lines;
        this.bad = bad;
    }

    /// {@return the line on which the last record begins}
    long line() {
        return first;
    }

    /// {@return the fields of the next record; null behind the last}
    @Nullable
    List<String> next() throws IOException {
        for (Line line = read(); line != null; line = read()) {
            if (line.text().isBlank()) {
                continue;
            }
            first = line.number();
            String text = whole(line);
            if (text != null) {
                try {
                    return List.of((String[]) FIELDS.readValue(text));
                } catch (JacksonException e) {
                    bad.found(
                            file,
                            first,
                            "broken row: " + e.getOriginalMessage() + " (write \"\" for a quote inside quotes)");
                }
            }
        }
        return null;
    }

    /// The record that begins with this line; null when it does not end, which costs this line.
    private @Nullable String whole(Line line) throws IOException {
        var text = new StringBuilder(line.text());
        var taken = new ArrayList<Line>();
        var quotes = new Quotes();
        boolean open = quotes.openAfter(line.text());
        while (open) {
            Line more = text.length() > LONGEST ? null : read();
            if (more == null) {
                taken.reversed().forEach(again::addFirst);
                bad.found(
                        file,
                        line.number(),
                        "a quote is opened and never closed (write \"\" for a quote inside quotes)");
                return null;
            }
            taken.add(more);
            text.append('\n').append(more.text());
            open = quotes.openAfter(more.text());
        }
        return text.toString();
    }

    private @Nullable Line read() throws IOException {
        Line kept = again.poll();
        if (kept != null) {
            return kept;
        }
        String text = lines.next();
        return text == null ? null : new Line(lines.number(), text);
    }

    /// Whether a quoted field is open at the end of a text that comes in pieces.
    private static final class Quotes {
        private boolean open;

        boolean openAfter(String line) {
            boolean fieldStart = true;
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                if (c == '"') {
                    // Two quotes inside quotes close and open again: a field of text with a quote in it.
                    open = !open && (fieldStart || (i > 0 && line.charAt(i - 1) == '"'));
                }
                fieldStart = !open && (c == ',' || (c == ' ' && fieldStart));
            }
            return open;
        }
    }
}
