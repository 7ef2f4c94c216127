package dev.mokha.language.quickstart;

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

/// The quickstart's report: what each language cost before and after, curves, fertility, forgetting,
/// samples.
final class Report {
    private static final List<String> TEXTS = List.of("english", "arabic", "parallel");

    private final Map<String, Map<String, Object>> figures;
    private final Quickstart.Settings settings;
    private final Path model;

    Report(Map<String, Map<String, Object>> figures, Quickstart.Settings settings, Path model) {
        this.figures = figures;
        this.settings = settings;
        this.model = model;
    }

    void write(Path file) {
        var html = new Html("Mokha quickstart: an English model learns Arabic");
        html.paragraph("A decoder that knew English only was given an Arabic vocabulary, trained on Arabic, English and"
                + " parallel text, and tuned on conversations. Bits per byte say how well it predicts held-out text:"
                + " lower is better, and they can be compared although the vocabulary changed.");
        html.heading("Both languages, stage by stage (bits per byte, held-out text)");
        html.table(bitsPerByte());
        html.heading("Forgetting");
        html.table(forgetting());
        html.heading("While it learned");
        html.svg(Plot.lines("step", "bits per byte", curves("continued", "eval_")));
        html.svg(Plot.lines("step", "loss, nats a token", losses()));
        html.heading("Fertility");
        html.table(fertility());
        html.heading("What it writes");
        samples(html, "base", "Before");
        samples(html, "after", "After");
        html.heading("How it was made");
        html.table(made());
        html.paragraph("Chat with it:");
        html.code("./mokha chat " + model);
        html.write(file);
    }

    private List<List<String>> bitsPerByte() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("after", "English", "Arabic", "parallel"));
        var names = new LinkedHashMap<String, String>();
        names.put("base", "base model");
        names.put("growth", "new embedding rows");
        names.put("continued", "continued pretraining");
        names.put("after", "fine-tuning");
        names.forEach((stage, name) -> {
            List<String> row = new ArrayList<>(List.of(name));
            for (String text : TEXTS) {
                row.add(number(figure(stage, text), 3));
            }
            rows.add(row);
        });
        List<String> change = new ArrayList<>(List.of("change"));
        for (String text : TEXTS) {
            change.add(change("base", "after", text));
        }
        rows.add(change);
        return rows;
    }

    private List<List<String>> forgetting() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "trained on", "English, bits per byte", "against base", "Arabic, bits per byte", "against base"));
        rows.add(forgettingRow("Arabic, English and parallel text", "continued"));
        if (figures.containsKey("control")) {
            rows.add(forgettingRow("Arabic alone, as many steps", "control"));
        }
        return rows;
    }

    private List<String> forgettingRow(String name, String stage) {
        return List.of(
                name,
                number(figure(stage, "english"), 3),
                change("base", stage, "english"),
                number(figure(stage, "arabic"), 3),
                change("base", stage, "arabic"));
    }

    private List<List<String>> fertility() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("held-out text", "base tokenizer", "merged tokenizer"));
        Map<?, ?> before = map("vocabulary", "before");
        Map<?, ?> after = map("vocabulary", "after");
        before.forEach((name, value) -> rows.add(
                List.of(String.valueOf(name), number(toDouble(value), 2), number(toDouble(after.get(name)), 2))));
        return rows;
    }

    private List<List<String>> made() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("setting", "value"));
        rows.add(List.of("seed", Long.toString(settings.seed())));
        rows.add(List.of("pieces added", String.valueOf(stage("vocabulary").get("pieces"))));
        rows.add(List.of("vocabulary", String.valueOf(stage("vocabulary").get("vocab"))));
        rows.add(List.of(
                "steps of continued pretraining",
                String.valueOf(stage("continued").get("steps"))));
        rows.add(List.of("steps of fine-tuning", String.valueOf(stage("tuned").get("steps"))));
        rows.add(List.of("tokens a step", Integer.toString(Plan.CONTEXT * Plan.BATCH)));
        return rows;
    }

    private void samples(Html html, String stage, String title) {
        if (!(stage(stage).get("samples") instanceof List<?> samples)) {
            return;
        }
        html.subheading(title);
        for (Object sample : samples) {
            if (sample instanceof Map<?, ?> fields) {
                html.sample(
                        String.valueOf(fields.get("language")),
                        String.valueOf(fields.get("prompt")),
                        String.valueOf(fields.get("text")));
            }
        }
    }

    private Map<String, Plot.Line> curves(String run, String prefix) {
        return Curves.read(settings.out().resolve(run).resolve("metrics.jsonl"), prefix);
    }

    private Map<String, Plot.Line> losses() {
        Map<String, Plot.Line> lines = new LinkedHashMap<>();
        for (String run : List.of("continued", "control", "tuned")) {
            if (Files.exists(settings.out().resolve(run))) {
                curves(run, "loss").forEach((_, line) -> lines.put(run, line));
            }
        }
        return lines;
    }

    private Map<String, Object> stage(String name) {
        return figures.getOrDefault(name, Map.of());
    }

    private Map<?, ?> map(String stage, String name) {
        return stage(stage).get(name) instanceof Map<?, ?> map ? map : Map.of();
    }

    private double figure(String stage, String name) {
        return toDouble(stage(stage).get(name));
    }

    private String change(String from, String to, String name) {
        double change = 100 * (figure(to, name) / figure(from, name) - 1);
        return Double.isNaN(change) ? "" : String.format(Locale.ROOT, "%+.1f %%", change);
    }

    private static double toDouble(@Nullable Object value) {
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    private static String number(double value, int digits) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
