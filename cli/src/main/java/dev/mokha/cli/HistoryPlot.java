package dev.mokha.cli;

import dev.mokha.knowledge.store.LearnedSnapshot;
import dev.mokha.knowledge.store.StoredFigure.Moment;
import dev.mokha.language.report.Plot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Models' histories as one picture: below each other, how the MRR on each test moved, and what each
/// snapshot took.
final class HistoryPlot {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 320;

    private HistoryPlot() {}

    static String svg(List<ModelReport> models) {
        List<String> plots = new ArrayList<>();
        for (ModelReport model : models) {
            String of = models.size() == 1 ? "" : ", " + model.model().name();
            add(plots, Plot.lines("snapshots learned", "MRR" + of, tests(model)));
            add(plots, Plot.lines("snapshot", "seconds" + of, Map.of("learning", seconds(model))));
        }
        var page = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\""
                + " xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"" + WIDTH + "\" height=\""
                + HEIGHT * Math.max(1, plots.size()) + "\">\n");
        for (int i = 0; i < plots.size(); i++) {
            page.append(placed(plots.get(i), i));
        }
        return page.append("</svg>\n").toString();
    }

    private static void add(List<String> plots, String plot) {
        if (!plot.isEmpty()) {
            plots.add(plot);
        }
    }

    // Each plot names its clips; names of several in one picture are kept apart.
    private static String placed(String plot, int at) {
        return plot.replaceFirst("<svg", "<svg y=\"" + HEIGHT * at + "\"")
                        .replaceAll("id=\"", "id=\"p" + at + "-")
                        .replaceAll("url\\(#", "url(#p" + at + "-")
                        .replaceAll("href=\"#", "href=\"#p" + at + "-")
                        .replaceAll("(\\d\\.\\d)\\d+", "$1") // a tenth of a pixel will do
                + "\n";
    }

    private static Map<String, Plot.Line> tests(ModelReport model) {
        Map<String, Plot.Line> lines = new LinkedHashMap<>();
        for (int test : model.figures().tests()) {
            List<Double> x = new ArrayList<>();
            List<Double> y = new ArrayList<>();
            for (int snapshot : model.figures().learned()) {
                model.figures().on(snapshot, test, Moment.AFTER).ifPresent(one -> {
                    x.add(snapshot + 1.0);
                    y.add(one.mrr());
                });
            }
            lines.put("test " + test, new Plot.Line(x, y));
        }
        return lines;
    }

    private static Plot.Line seconds(ModelReport model) {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (LearnedSnapshot one : model.learned()) {
            x.add((double) one.snapshot());
            y.add(one.seconds());
        }
        return new Plot.Line(x, y);
    }
}
