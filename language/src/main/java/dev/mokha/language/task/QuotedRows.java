package dev.mokha.language.task;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.ObjectReader;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadFeature;
import tools.jackson.dataformat.csv.CsvSchema;

/// Rows whose fields may stand in quotes, and then hold line ends. After a broken row reading goes on at
/// the line behind the one on which it began: a quote that nobody closed costs its own row and no other.
final class QuotedRows {
    private static final CsvMapper CSV = CsvMapper.builder()
            .enable(CsvReadFeature.WRAP_AS_ARRAY, CsvReadFeature.SKIP_EMPTY_LINES)
            .build();

    private final TextFile file;
    private final ObjectReader reader;

    QuotedRows(TextFile file, char separator) {
        this.file = file;
        this.reader = CSV.reader(CsvSchema.emptySchema().withColumnSeparator(separator));
    }

    void read(Consumer<Table.Fields> rows, BadRows bad) {
        long line = 1;
        while (line > 0) {
            line = readFrom(line, rows, bad);
        }
    }

    /// {@return the line to go on at after a broken row; 0 at the end}
    private long readFrom(long first, Consumer<Table.Fields> rows, BadRows bad) {
        int offset = file.lineStart(first);
        if (offset == file.text().length()) {
            return 0;
        }
        long line = first;
        try (JsonParser parser =
                reader.createParser(new StringReader(file.text().substring(offset)))) {
            parser.nextToken(); // the list of all rows
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                line = first - 1 + parser.currentLocation().getLineNr();
                @Nullable List<String> fields = fields(parser);
                if (!fields.isEmpty()
                        && !(fields.size() == 1 && fields.getFirst().isBlank())) {
                    rows.accept(new Table.Fields(line, fields));
                }
            }
            return 0;
        } catch (JacksonException e) {
            String message = String.valueOf(e.getOriginalMessage());
            bad.found(new Place(file.path(), line)
                    .error(
                            message.contains("closing quote")
                                    ? "a quote is opened and never closed; close it, or write \"\" for a quote inside quotes"
                                    : "broken row: " + message + "; write \"\" for a quote inside quotes"));
            return line + 1;
        }
    }

    private static List<String> fields(JsonParser parser) {
        List<String> fields = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            fields.add(parser.getString());
        }
        return fields;
    }
}
