package dev.mokha.language.adapt;

import dev.mokha.language.pretrain.HeldOut;
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
import org.jspecify.annotations.Nullable;

/// What an adaptation found, for a browser.
final class AdaptReport {
    private static final Map<String, String> STAGES = stages();

    private final Map<String, Map<String, Object>> figures;
    private final Adapt recipe;

    AdaptReport(Map<String, Map<String, Object>> figures, Adapt recipe) {
        this.figures = figures;
        this.recipe = recipe;
    }

    void write(Path file) {
        var html =
                new Html("Mokha: " + recipe.base().toAbsolutePath().normalize().getFileName() + " learns "
                        + recipe.vocabulary().scope().name());
        html.heading("Held-out text, stage by stage (bits per byte, lower is better)");
        html.table(bitsPerByte());
        html.heading("While it learned");
        html.svg(Plot.lines("step", "bits per byte", curves("continued", "eval_")));
        Map<String, Plot.Line> losses = new LinkedHashMap<>();
        for (String run : List.of("continued", "tuned")) {
            curves(run, "loss").forEach((_, line) -> losses.put(run, line));
        }
        html.svg(Plot.lines("step", "loss, nats a token", losses));
        if (figures.containsKey("vocabulary")) {
            html.heading("Fertility");
            html.table(fertility());
        }
        html.heading("How it was made");
        List<List<String>> made = new ArrayList<>(List.of(List.of("setting", "value")));
        recipe.describe().forEach((name, value) -> made.add(List.of(name, String.valueOf(value))));
        html.table(made);
        html.paragraph("Use it:");
        html.code("./mokha " + (recipe.chat() == null ? "generate " : "chat ") + recipe.modelFolder());
        html.write(file);
    }

    private List<List<String>> bitsPerByte() {
        List<String> texts =
                recipe.texts().heldOut().stream().map(HeldOut::name).toList();
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("after", texts));
        STAGES.forEach((stage, title) -> {
            if (figures.containsKey(stage)) {
                rows.add(row(
                        title,
                        texts.stream()
                                .map(text -> number(figures.get(stage).get(text), "%.3f"))
                                .toList()));
            }
        });
        rows.add(row("change", texts.stream().map(this::change).toList()));
        return rows;
    }

    private String change(String text) {
        double before = toDouble(stage("base").get(text));
        return number(100 * (toDouble(stage("after").get(text)) / before - 1), "%+.1f %%");
    }

    private List<List<String>> fertility() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("held-out text", "base tokenizer", "merged tokenizer"));
        if (stage("vocabulary").get("before") instanceof Map<?, ?> before
                && stage("vocabulary").get("after") instanceof Map<?, ?> after) {
            before.forEach((name, value) ->
                    rows.add(List.of(String.valueOf(name), number(value, "%.2f"), number(after.get(name), "%.2f"))));
        }
        return rows;
    }

    private Map<String, Plot.Line> curves(String run, String prefix) {
        Path metrics = recipe.out().resolve(run).resolve("metrics.jsonl");
        return Files.exists(metrics) ? Curves.read(metrics, prefix) : Map.of();
    }

    private Map<String, Object> stage(String name) {
        return figures.getOrDefault(name, Map.of());
    }

    private static List<String> row(String head, List<String> cells) {
        List<String> row = new ArrayList<>(List.of(head));
        row.addAll(cells);
        return row;
    }

    private static String number(@Nullable Object value, String format) {
        double number = toDouble(value);
        return Double.isNaN(number) ? "" : String.format(Locale.ROOT, format, number);
    }

    private static double toDouble(@Nullable Object value) {
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    private static Map<String, String> stages() {
        Map<String, String> titles = new LinkedHashMap<>();
        titles.put("base", "base model");
        titles.put("growth", "new embedding rows");
        titles.put("continued", "continued pretraining");
        titles.put("after", "the end");
        return titles;
    }
}
