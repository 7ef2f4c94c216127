package dev.mokha.language.pretrain;

import dev.mokha.language.report.Curves;
import dev.mokha.language.report.Html;
import dev.mokha.language.report.Plot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The page about a pretraining: how the losses fell, what held-out text says, and the recipe.
public final class MaskedReport {
    private MaskedReport() {}

    /// Writes `report.html` into the folder of a run, from its `metrics.jsonl`.
    ///
    /// @param title its heading
    /// @param settings the recipe in words
    public static void write(Path run, String title, Map<String, Object> settings) {
        Path metrics = run.resolve("metrics.jsonl");
        var page = new Html(title);
        if (Files.exists(metrics)) {
            Map<String, Plot.Line> heldOut = Curves.read(metrics, "eval_");
            figures(page, heldOut);
            page.heading("Learning");
            plot(page, "training loss", pick(Curves.read(metrics, ""), Map.of("loss", "loss of a step")));
            plot(page, "perplexity, held out", pick(heldOut, Map.of("mlm_perplexity", "masked tokens")));
            plot(
                    page,
                    "accuracy, held out",
                    pick(heldOut, Map.of("mlm_accuracy", "masked tokens", "nsp_accuracy", "next sentence")));
        }
        page.heading("Recipe");
        List<List<String>> rows = new ArrayList<>(List.of(List.of("setting", "value")));
        settings.forEach((name, value) -> rows.add(List.of(name, String.valueOf(value))));
        page.table(rows);
        page.write(run.resolve("report.html"));
    }

    /// The last value of each held-out figure.
    private static void figures(Html page, Map<String, Plot.Line> heldOut) {
        if (heldOut.isEmpty()) {
            return;
        }
        page.heading("Held-out text");
        List<List<String>> rows = new ArrayList<>(List.of(List.of("figure", "after the last step")));
        heldOut.forEach((name, line) -> rows.add(
                List.of(name, String.format(Locale.ROOT, "%.4f", line.y().getLast()))));
        page.table(rows);
    }

    private static Map<String, Plot.Line> pick(Map<String, Plot.Line> lines, Map<String, String> names) {
        var picked = new LinkedHashMap<String, Plot.Line>();
        lines.forEach((name, line) -> {
            String label = names.get(name);
            if (label != null) {
                picked.put(label, line);
            }
        });
        return picked;
    }

    private static void plot(Html page, String axis, Map<String, Plot.Line> lines) {
        if (!lines.isEmpty()) {
            page.svg(Plot.lines("step", axis, lines));
        }
    }
}
