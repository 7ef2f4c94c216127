package dev.mokha.language.report;

import java.awt.Color;
import java.awt.Dimension;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;

/// Plots as SVG text, to stand inside an HTML page.
public final class Plot {
    private static final String SVG = "http://www.w3.org/2000/svg";
    private static final int WIDTH = 720;
    private static final int HEIGHT = 320;

    private Plot() {}

    /// Points of one line.
    ///
    /// @param x rising
    /// @param y as many
    public record Line(List<Double> x, List<Double> y) {
        public Line {
            x = List.copyOf(x);
            y = List.copyOf(y);
            if (x.size() != y.size()) {
                throw new IllegalArgumentException("a line has as many x as y, not " + x.size() + " and " + y.size());
            }
        }
    }

    /// {@return lines over one axis, by name; empty text when there is nothing to draw}
    public static String lines(String xTitle, String yTitle, Map<String, Line> lines) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle(xTitle)
                .yAxisTitle(yTitle)
                .build();
        lines.forEach((name, line) -> {
            if (!line.x().isEmpty()) {
                chart.addSeries(name, line.x(), line.y()).setMarker(SeriesMarkers.NONE);
            }
        });
        return lines.values().stream().allMatch(line -> line.x().isEmpty()) ? "" : svg(chart);
    }

    /// {@return groups of bars: for each name its value in every category}
    public static String bars(String yTitle, List<String> categories, Map<String, List<Double>> bars) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .yAxisTitle(yTitle)
                .build();
        new LinkedHashMap<>(bars).forEach((name, values) -> chart.addSeries(name, categories, values));
        return svg(chart);
    }

    private static String svg(Chart<?, ?> chart) {
        System.setProperty("java.awt.headless", "true");
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
        chart.getStyler().setLegendBorderColor(Color.WHITE);
        var graphics = new SVGGraphics2D(document());
        graphics.setSVGCanvasSize(new Dimension(WIDTH, HEIGHT));
        chart.paint(graphics, WIDTH, HEIGHT);
        var text = new StringWriter();
        try {
            graphics.stream(text, true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a plot", e);
        }
        String page = text.toString();
        return page.substring(page.indexOf("<svg"));
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("this JDK has no XML parser", e);
        }
    }
}
