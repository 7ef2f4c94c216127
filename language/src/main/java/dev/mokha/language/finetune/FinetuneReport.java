package dev.mokha.language.finetune;

import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.report.Curves;
import dev.mokha.language.report.Html;
import dev.mokha.language.report.Plot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The page about a fine-tuning: figures of every run, learning curves, and what the best run confuses.
final class FinetuneReport {
    private static final int CURVES = 8;

    private FinetuneReport() {}

    static void write(Path out, EncoderFolder base, TaskData data, Grid grid, Results results) {
        var page = new Html("Fine-tuning: " + data.name());
        Results.Trial best = results.bestTrial();
        String from = grid.recipe().fromScratch() ? "From scratch, with the shape of " : "From ";
        page.paragraph(from + base.path() + ", " + data.train().size() + " examples to learn from, "
                + data.dev().values().iterator().next().size() + " held out. The folder model holds "
                + best.recipe().name() + ", the best of "
                + results.points().stream().mapToInt(p -> p.trials().size()).sum() + " by "
                + results.metrics().getFirst() + " on the held-out examples.");
        page.heading("Figures");
        page.table(results.table());
        if (results.points().size() > 1) {
            page.paragraph("Best by median: "
                    + results.best().trials().getFirst().recipe().name() + " and its other seeds.");
        }
        page.heading("Learning");
        curves(page, out.resolve("runs"), results);
        details(page, best.details());
        page.heading("Recipe");
        List<List<String>> rows = new ArrayList<>(List.of(List.of("setting", "value")));
        best.recipe().describe().forEach((name, value) -> rows.add(List.of(name, String.valueOf(value))));
        page.table(rows);
        page.write(out.resolve("report.html"));
    }

    private static void curves(Html page, Path runs, Results results) {
        Map<String, Plot.Line> losses = new LinkedHashMap<>();
        Map<String, Plot.Line> scores = new LinkedHashMap<>();
        String metric = results.metrics().getFirst();
        results.points().stream()
                .flatMap(point -> point.trials().stream())
                .limit(CURVES)
                .forEach(trial -> {
                    String name = trial.recipe().name();
                    Path log = runs.resolve(name).resolve("metrics.jsonl");
                    if (Files.exists(log)) {
                        add(losses, name, Curves.read(log, "").get("loss"));
                        add(scores, name, Curves.read(log, "eval_").get(metric));
                    }
                });
        if (!losses.isEmpty()) {
            page.svg(Plot.lines("step", "training loss", losses));
        }
        if (!scores.isEmpty()) {
            page.svg(Plot.lines("step", metric + ", held out", scores));
        }
    }

    private static void add(Map<String, Plot.Line> lines, String name, Plot.@Nullable Line line) {
        if (line != null && !line.x().isEmpty()) {
            lines.put(name, line);
        }
    }

    private static void details(Html page, Map<String, Object> details) {
        if (details.get("confusion") instanceof List<?> matrix && details.get("labels") instanceof List<?> labels) {
            page.heading("What is taken for what");
            List<List<String>> rows = new ArrayList<>();
            List<String> head = new ArrayList<>(List.of("is \\ taken for"));
            labels.forEach(label -> head.add(String.valueOf(label)));
            rows.add(head);
            for (int i = 0; i < matrix.size(); i++) {
                List<String> row = new ArrayList<>(List.of(String.valueOf(labels.get(i))));
                if (matrix.get(i) instanceof List<?> counts) {
                    counts.forEach(count -> row.add(String.valueOf(count)));
                }
                rows.add(row);
            }
            page.table(rows);
        }
        if (details.get("types") instanceof Map<?, ?> types) {
            page.heading("Entities");
            List<List<String>> rows = new ArrayList<>(List.of(List.of("type", "right", "found", "there")));
            types.forEach((type, counts) -> {
                List<String> row = new ArrayList<>(List.of(String.valueOf(type)));
                if (counts instanceof List<?> three) {
                    three.forEach(count -> row.add(String.valueOf(count)));
                }
                rows.add(row);
            });
            page.table(rows);
        }
    }
}
