package dev.mokha.text.fertility;

import dev.mokha.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tokenizers side by side over the same texts.
///
/// @param rows a row a tokenizer
public record FertilityReport(List<Row> rows) {
    public FertilityReport {
        rows = List.copyOf(rows);
    }

    /// One tokenizer.
    ///
    /// @param ids how many ids it has
    /// @param texts in the order given
    /// @param parity tokens of the first language for each token of the second, on the same sentences; nothing
    ///     without parallel text
    public record Row(
            String tokenizer,
            int ids,
            List<Fertility> texts,
            @Nullable Double parity) {
        public Row {
            texts = List.copyOf(texts);
        }

        /// Measures a tokenizer.
        public static Row of(
                String name, Tokenizer tokenizer, Map<String, List<String>> texts, @Nullable Parallel parallel) {
            var counts = new ArrayList<Fertility>();
            texts.forEach((text, documents) -> counts.add(Fertility.of(text, tokenizer, documents)));
            return new Row(name, tokenizer.vocabSize(), counts, FertilityReport.parity(tokenizer, parallel));
        }

        /// {@return its figures by name, for JSON}
        public Map<String, Object> toMap() {
            var map = new LinkedHashMap<String, Object>();
            map.put("tokenizer", tokenizer);
            map.put("ids", ids);
            map.put("texts", texts.stream().map(Fertility::toMap).toList());
            if (parity != null) {
                map.put("parity", parity);
            }
            return map;
        }
    }

    /// The same sentences in two languages.
    ///
    /// @param first a sentence a row
    /// @param second their translations
    public record Parallel(List<String> first, List<String> second) {
        public Parallel {
            if (first.size() != second.size()) {
                throw new IllegalArgumentException(
                        "parallel text has " + first.size() + " sentences in one language and " + second.size()
                                + " in the other; each needs its translation");
            }
        }
    }

    /// @param tokenizers by name, in the order of the rows
    /// @param texts by name
    public static FertilityReport of(
            Map<String, Tokenizer> tokenizers, Map<String, List<String>> texts, @Nullable Parallel parallel) {
        var rows = new ArrayList<Row>();
        tokenizers.forEach((name, tokenizer) -> rows.add(Row.of(name, tokenizer, texts, parallel)));
        return new FertilityReport(rows);
    }

    private static @Nullable Double parity(Tokenizer tokenizer, @Nullable Parallel parallel) {
        if (parallel == null) {
            return null;
        }
        return (double) Fertility.of("first", tokenizer, parallel.first()).tokens()
                / Fertility.of("second", tokenizer, parallel.second()).tokens();
    }

    /// {@return a table for a terminal or a Markdown page}
    public String toTable() {
        var lines = new ArrayList<String>();
        lines.add(
                "| tokenizer | ids | text | tokens/word | chars/token | bytes/token | unknown | fragments | parity |");
        lines.add("|---|---:|---|---:|---:|---:|---:|---:|---:|");
        for (Row row : rows) {
            for (int i = 0; i < row.texts().size(); i++) {
                Fertility text = row.texts().get(i);
                boolean first = i == 0;
                lines.add(String.format(
                        Locale.ROOT,
                        "| %s | %s | %s | %.2f | %.2f | %.2f | %.2f %% | %.2f %% | %s |",
                        first ? row.tokenizer() : "",
                        first ? String.format(Locale.ROOT, "%,d", row.ids()) : "",
                        text.text(),
                        text.tokensPerWord(),
                        text.charactersPerToken(),
                        text.bytesPerToken(),
                        100 * text.unknownShare(),
                        100 * text.fragmentShare(),
                        first && row.parity() != null ? String.format(Locale.ROOT, "%.2f", row.parity()) : ""));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    /// {@return the rows by name, for JSON}
    public List<Map<String, Object>> toMaps() {
        return rows.stream().map(Row::toMap).toList();
    }
}
