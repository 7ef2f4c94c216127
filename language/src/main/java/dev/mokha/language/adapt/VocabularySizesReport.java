package dev.mokha.language.adapt;

import dev.mokha.language.report.Html;
import dev.mokha.language.report.Plot;
import dev.mokha.text.fertility.Fertility;
import dev.mokha.text.fertility.FertilityReport.Row;
import dev.mokha.text.fertility.VocabularySizes;
import dev.mokha.text.fertility.VocabularySizes.Point;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// A page about vocabularies of several sizes: the table, a plot of each figure over the pieces added,
/// what to choose.
public final class VocabularySizesReport {
    private static final String X = "pieces added";

    private VocabularySizesReport() {}

    /// Writes the page.
    ///
    /// @param base what the base tokenizer is called
    /// @param leastGain below which a doubling is not worth it, as of [VocabularySizes#recommendation]
    public static void write(Path file, String base, VocabularySizes sizes, double leastGain) {
        var page = new Html("Vocabulary sizes for " + base);
        sentences(sizes, leastGain).forEach(page::paragraph);
        page.table(table(sizes));
        page.heading("Fertility");
        page.svg(plot(sizes, "tokens a word", Fertility::tokensPerWord));
        page.heading("Length of a token");
        page.svg(plot(sizes, "characters a token", Fertility::charactersPerToken));
        page.svg(plot(sizes, "bytes a token", Fertility::bytesPerToken));
        page.heading("Fragments");
        page.svg(plot(sizes, "fragments, %", text -> 100 * text.fragmentShare()));
        if (sizes.base().parity() != null) {
            page.heading("Parity");
            List<Double> parity = sizes.points().stream()
                    .map(point -> point.measured().parity())
                    .map(value -> value == null ? Double.NaN : value)
                    .toList();
            page.svg(Plot.lines(X, "parity", Map.of("parity", new Plot.Line(pieces(sizes), parity))));
        }
        page.write(file);
    }

    /// {@return what to choose and what stays the same, a sentence each}
    public static List<String> sentences(VocabularySizes sizes, double leastGain) {
        List<String> sentences = new ArrayList<>();
        var best = sizes.recommendation(leastGain);
        sentences.add(String.format(Locale.ROOT, "recommended: %,d pieces; %s", best.pieces(), best.reason()));
        List<String> unchanged = sizes.unchanged();
        for (int i = 1; i < sizes.base().texts().size(); i++) {
            Fertility text = sizes.base().texts().get(i);
            sentences.add(
                    unchanged.contains(text.text())
                            ? String.format(
                                    Locale.ROOT,
                                    "%s: %.2f tokens a word, exactly as many at every size as with the base",
                                    text.text(),
                                    text.tokensPerWord())
                            : text.text() + ": it holds characters of the scope, so its tokens change");
        }
        return sentences;
    }

    private static List<List<String>> table(VocabularySizes sizes) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                X,
                "embedding rows",
                "text",
                "tokens/word",
                "chars/token",
                "bytes/token",
                "fragments",
                "parity",
                "gain of a doubling"));
        add(rows, "base", "", sizes.base(), "");
        for (int i = 0; i < sizes.points().size(); i++) {
            Point point = sizes.points().get(i);
            add(
                    rows,
                    String.format(Locale.ROOT, "%,d", point.added()),
                    String.format(Locale.ROOT, "%,d", point.embeddingRows()),
                    point.measured(),
                    i == 0 ? "" : String.format(Locale.ROOT, "%.1f %%", 100 * sizes.gainOfDoubling(i)));
        }
        return rows;
    }

    private static void add(List<List<String>> rows, String pieces, String embeddingRows, Row row, String gain) {
        for (int i = 0; i < row.texts().size(); i++) {
            Fertility text = row.texts().get(i);
            boolean first = i == 0;
            rows.add(List.of(
                    first ? pieces : "",
                    first ? embeddingRows : "",
                    text.text(),
                    String.format(Locale.ROOT, "%.2f", text.tokensPerWord()),
                    String.format(Locale.ROOT, "%.2f", text.charactersPerToken()),
                    String.format(Locale.ROOT, "%.2f", text.bytesPerToken()),
                    String.format(Locale.ROOT, "%.2f %%", 100 * text.fragmentShare()),
                    first && row.parity() != null ? String.format(Locale.ROOT, "%.2f", row.parity()) : "",
                    first ? gain : ""));
        }
    }

    private static String plot(VocabularySizes sizes, String title, ToDoubleFunction<Fertility> figure) {
        Map<String, Plot.Line> lines = new LinkedHashMap<>();
        for (int i = 0; i < sizes.base().texts().size(); i++) {
            int text = i;
            List<Double> values = sizes.points().stream()
                    .map(point -> figure.applyAsDouble(point.measured().texts().get(text)))
                    .toList();
            lines.put(sizes.base().texts().get(text).text(), new Plot.Line(pieces(sizes), values));
        }
        return Plot.lines(X, title, lines);
    }

    private static List<Double> pieces(VocabularySizes sizes) {
        return sizes.points().stream().map(point -> (double) point.added()).toList();
    }
}
