package dev.mokha.language.judge;

import dev.mokha.language.evaluate.TaskResult.Figure;
import dev.mokha.language.report.Html;
import dev.mokha.language.report.Plot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A page with what a judge said: a table, bars for each category, and what went without a verdict. The rows
/// of the tables are what the command line shows, too.
public final class JudgeReport {
    private JudgeReport() {}

    /// Writes the page of ratings.
    public static void write(Path file, Grades grades) {
        var page = new Html("Answers of " + grades.answers().model() + ", rated by " + grades.judge());
        page.table(rows(grades));
        remarks(grades).forEach(page::paragraph);
        categories(page, "rating", grades.byCategory());
        without(page, grades.without());
        page.write(file);
    }

    /// Writes the page of a duel.
    public static void write(Path file, Duel duel) {
        var page = new Html(
                duel.a().model() + " against " + duel.b().model() + ", judged by " + duel.judge() + " in both orders");
        page.table(rows(duel));
        remarks(duel).forEach(page::paragraph);
        categories(page, "win rate", duel.byCategory());
        without(page, duel.without());
        page.write(file);
    }

    /// {@return the figures of ratings, under a head}
    public static List<List<String>> rows(Grades grades) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "rating", "95 % interval", "answers"));
        grades.byCategory().forEach((category, figure) -> rows.add(row(category, figure, 2)));
        turns(rows, grades.byTurn(), 2);
        rows.add(row("all", grades.mean(), 2));
        return rows;
    }

    /// {@return the figures of a duel, under a head}
    public static List<List<String>> rows(Duel duel) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "win rate", "95 % interval", "games"));
        duel.byCategory().forEach((category, figure) -> rows.add(row(category, figure, 3)));
        turns(rows, duel.byTurn(), 3);
        rows.add(row("all", duel.winRate(), 3));
        return rows;
    }

    /// Where questions have one turn, its figure is that of all.
    private static void turns(List<List<String>> rows, Map<Integer, Figure> byTurn, int digits) {
        if (byTurn.size() > 1) {
            byTurn.forEach((turn, figure) -> rows.add(row("turn " + turn, figure, digits)));
        }
    }

    /// {@return what else is to be said of ratings, a sentence each}
    public static List<String> remarks(Grades grades) {
        List<String> remarks = new ArrayList<>();
        remarks.add(String.format(Locale.ROOT, "answers are %,.0f characters long in the mean", grades.meanLength()));
        cutShort(remarks, grades.answers().cutShort());
        return remarks;
    }

    /// {@return what else is to be said of a duel, a sentence each}
    public static List<String> remarks(Duel duel) {
        List<String> remarks = new ArrayList<>();
        remarks.add(String.format(
                Locale.ROOT,
                "%d wins, %d ties, %d losses; p %.2g (sign test, ties left out)",
                duel.count(Duel.Outcome.WIN),
                duel.count(Duel.Outcome.TIE),
                duel.count(Duel.Outcome.LOSS),
                duel.p()));
        Duel.PositionBias bias = duel.positionBias();
        remarks.add(String.format(
                Locale.ROOT,
                "same verdict in both orders: %.1f %%; leant to the first answer: %.1f %%, to the second: %.1f %%",
                100 * bias.consistent(),
                100 * bias.toFirst(),
                100 * bias.toSecond()));
        Figure difference = duel.lengthDifference();
        remarks.add(String.format(
                Locale.ROOT,
                "answers are %,.0f and %,.0f characters long in the mean: %+,.0f (%+,.0f to %+,.0f)%s",
                duel.meanLengthA(),
                duel.meanLengthB(),
                difference.value(),
                difference.low(),
                difference.high(),
                Double.isNaN(duel.longerWins())
                        ? ""
                        : String.format(Locale.ROOT, "; the longer one won %.0f %%", 100 * duel.longerWins())));
        cutShort(remarks, duel.a().cutShort() + duel.b().cutShort());
        return remarks;
    }

    private static void cutShort(List<String> remarks, int count) {
        if (count > 0) {
            remarks.add(count + " answers were cut short: as long as allowed, or the model's context was full");
        }
    }

    private static List<String> row(String name, Figure figure, int digits) {
        String number = "%." + digits + "f";
        return List.of(
                name,
                String.format(Locale.ROOT, number, figure.value()),
                String.format(Locale.ROOT, number + " to " + number, figure.low(), figure.high()),
                String.valueOf(figure.questions()));
    }

    private static void categories(Html page, String figure, Map<String, Figure> categories) {
        if (!categories.isEmpty()) {
            page.heading("By category");
            List<Double> values =
                    categories.values().stream().map(Figure::value).toList();
            page.svg(Plot.bars(figure, List.copyOf(categories.keySet()), Map.of(figure, values)));
        }
    }

    private static void without(Html page, List<String> places) {
        if (!places.isEmpty()) {
            page.heading("Without a verdict");
            page.paragraph("The judge's replies to these hold no verdict, or several; they are in no figure.");
            page.code(String.join("\n", places));
        }
    }

    static String word(Duel.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
