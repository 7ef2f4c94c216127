package dev.mokha.serve.simulate;

import dev.mokha.text.file.Gunzipped;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Recorded requests, in the form of the public traces: comma-separated values with a heading, gzipped or not.
///
/// - [Azure's](https://github.com/Azure/AzurePublicDataset) of 2023 and 2024:
///   `TIMESTAMP,ContextTokens,GeneratedTokens`, times as `2023-11-16 18:15:46.6805900`
/// - [BurstGPT's](https://github.com/HPMLL/BurstGPT): `Timestamp,Model,Request tokens,Response tokens,…`,
///   times in seconds; the model is the tenant
///
/// Other files need the columns of either. Requests without an answer (BurstGPT's failed ones have 0 tokens) or
/// without a prompt are left out.
///
/// @param workload the requests; the first comes at 0
/// @param skipped rows that were left out
public record Trace(Workload workload, int skipped) {
    private static final int MOST_TOKENS = 1 << 30;

    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("yyyy-MM-dd[' ']['T']HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .appendPattern("[XXX]")
            .toFormatter();

    /// Reads the first rows of a file.
    ///
    /// @param most requests to keep
    /// @throws IllegalArgumentException naming the file and the line that is wrong
    public static Trace read(Path file, int most) {
        try (var reader = new BufferedReader(new InputStreamReader(Gunzipped.open(file), StandardCharsets.UTF_8))) {
            return read(reader, file.toString(), most);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Trace read(BufferedReader reader, String name, int most) throws IOException {
        @Nullable String heading = reader.readLine();
        if (heading == null) {
            throw new IllegalArgumentException(name + " is empty; a trace has a heading and a row a request");
        }
        var columns = Columns.of(heading, name);
        var rows = new ArrayList<Request>();
        int skipped = 0;
        int number = 1;
        for (@Nullable String line = reader.readLine(); line != null && rows.size() < most; line = reader.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            @Nullable Request request = columns.request(line, name + ", line " + number);
            if (request == null) {
                skipped++;
            } else {
                rows.add(request);
            }
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(name + " has no request with a prompt and an answer");
        }
        long first = rows.stream().mapToLong(Request::arrival).min().orElse(0);
        List<Request> moved = rows.stream()
                .map(row ->
                        new Request(row.arrival() - first, row.promptTokens(), row.newTokens(), row.tenant(), 0, 0, ""))
                .toList();
        return new Trace(new Workload(moved), skipped);
    }

    /// Where in a row what stands.
    private record Columns(int time, int prompt, int answer, int tenant, int count) {
        static Columns of(String heading, String name) {
            List<String> names = Arrays.stream(heading.replace("\uFEFF", "").split(",", -1))
                    .map(column -> column.strip().toLowerCase(Locale.ROOT))
                    .toList();
            int time = names.indexOf("timestamp");
            int prompt = Math.max(names.indexOf("contexttokens"), names.indexOf("request tokens"));
            int answer = Math.max(names.indexOf("generatedtokens"), names.indexOf("response tokens"));
            if (time < 0 || prompt < 0 || answer < 0) {
                throw new IllegalArgumentException(name + " begins with '" + heading
                        + "'; a trace's heading is TIMESTAMP,ContextTokens,GeneratedTokens or has Timestamp,"
                        + " Request tokens and Response tokens");
            }
            return new Columns(time, prompt, answer, names.indexOf("model"), names.size());
        }

        @Nullable
        Request request(String line, String where) {
            String[] cells = line.split(",", -1);
            if (cells.length < count) {
                throw new IllegalArgumentException(where + " has " + cells.length + " cells, the heading " + count);
            }
            int promptTokens = tokens(cells[prompt], where);
            int newTokens = tokens(cells[answer], where);
            long arrival = nanos(cells[time].strip(), where);
            return promptTokens < 1 || newTokens < 1
                    ? null
                    : new Request(arrival, promptTokens, newTokens, tenant < 0 ? "" : cells[tenant].strip(), 0, 0, "");
        }

        private static int tokens(String cell, String where) {
            try {
                double number = Double.parseDouble(cell.strip());
                if (number == Math.rint(number) && number >= 0 && number <= MOST_TOKENS) {
                    return (int) number;
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(where + ": '" + cell + "' is no number of tokens", e);
            }
            throw new IllegalArgumentException(where + ": '" + cell + "' is no number of tokens");
        }

        /// Seconds as a number, or a time of day with a date.
        private static long nanos(String cell, String where) {
            try {
                if (cell.indexOf(':') < 0) {
                    double seconds = Double.parseDouble(cell);
                    if (seconds >= 0 && seconds < 1e9) {
                        return Math.round(seconds * 1e9);
                    }
                    throw new IllegalArgumentException(where + ": " + cell + " is no time in seconds");
                }
                TemporalAccessor time = TIME.parseBest(cell, OffsetDateTime::from, LocalDateTime::from);
                OffsetDateTime utc = time instanceof OffsetDateTime offset
                        ? offset
                        : ((LocalDateTime) time).atOffset(ZoneOffset.UTC);
                return Math.addExact(Math.multiplyExact(utc.toEpochSecond(), 1_000_000_000L), utc.getNano());
            } catch (NumberFormatException | DateTimeParseException | ArithmeticException e) {
                throw new IllegalArgumentException(
                        where + ": '" + cell + "' is neither seconds nor a time as 2023-11-16 18:15:46.680", e);
            }
        }
    }
}
