package dev.mokha.language.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class PlotTest {
    @Test
    void linesAreASvgThatStandsInAPage() throws Exception {
        var falling = new Plot.Line(List.of(1.0, 2.0), List.of(3.0, 2.5));
        var rising = new Plot.Line(List.of(1.0, 2.0), List.of(2.5, 3.0));
        String svg = Plot.lines("step", "loss", Map.of("trained", falling));
        assertThat(svg).startsWith("<svg").isNotEqualTo(Plot.lines("step", "loss", Map.of("trained", rising)));
        assertThat(parsed(svg).getTagName()).isEqualTo("svg");
    }

    @Test
    void barsDifferByTheirHeights() throws Exception {
        List<String> categories = List.of("english", "arabic");
        String svg = Plot.bars("tokens", categories, Map.of("base", List.of(1.5, 6.0)));
        assertThat(svg)
                .startsWith("<svg")
                .isNotEqualTo(Plot.bars("tokens", categories, Map.of("base", List.of(6.0, 1.5))));
        assertThat(parsed(svg).getTagName()).isEqualTo("svg");
    }

    @Test
    void nothingToDrawIsNoPlot() {
        assertThat(Plot.lines("x", "y", Map.of())).isEmpty();
        assertThat(Plot.lines("x", "y", Map.of("a", new Plot.Line(List.of(), List.of()))))
                .isEmpty();
        assertThatThrownBy(() -> new Plot.Line(List.of(1.0), List.of())).hasMessageContaining("1 and 0");
    }

    @Test
    void curvesAreReadFromMetricsByPrefix(@TempDir Path folder) throws Exception {
        Path metrics = Files.writeString(folder.resolve("metrics.jsonl"), """
                {"step":1,"loss":3.5,"note":"x"}
                {"step":2,"eval_english bits/byte":2.5}
                {"step":4,"loss":3.0,"eval_english bits/byte":2.25}
                """);
        assertThat(Curves.read(metrics, "eval_"))
                .isEqualTo(Map.of("english bits/byte", new Plot.Line(List.of(2.0, 4.0), List.of(2.5, 2.25))));
        assertThat(Curves.read(metrics, "loss"))
                .isEqualTo(Map.of("", new Plot.Line(List.of(1.0, 4.0), List.of(3.5, 3.0))));
    }

    private static Element parsed(String svg) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        return factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
    }
}
