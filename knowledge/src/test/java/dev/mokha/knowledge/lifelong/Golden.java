package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Facts;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads what the scripts under `fixtures` wrote.
final class Golden {
    private Golden() {}

    static JsonNode read(String fixture) {
        return JsonMapper.builder()
                .build()
                .readTree(Path.of(System.getProperty("mokha.root"), "fixtures", fixture, "expected.json"));
    }

    static Batch batch(JsonNode given) {
        JsonNode positives = given.get("positives");
        int negatives = given.get("replacements").get(0).size();
        var batch = new Batch(positives.size(), negatives);
        for (int p = 0; p < positives.size(); p++) {
            JsonNode fact = positives.get(p);
            batch.add(
                    fact.get(0).intValue(), fact.get(1).intValue(), fact.get(2).intValue());
            for (int k = 0; k < negatives; k++) {
                batch.replace(
                        p,
                        k,
                        given.get("replacements").get(p).get(k).intValue(),
                        given.get("atSubject").get(p).get(k).booleanValue());
            }
        }
        return batch;
    }

    static Facts facts(JsonNode rows) {
        int[][] columns = new int[3][rows.size()];
        for (int i = 0; i < rows.size(); i++) {
            for (int c = 0; c < 3; c++) {
                columns[c][i] = rows.get(i).get(c).intValue();
            }
        }
        return Facts.of(columns[0], columns[1], columns[2]);
    }

    static double[] numbers(JsonNode row) {
        return StreamSupport.stream(row.spliterator(), false)
                .mapToDouble(JsonNode::doubleValue)
                .toArray();
    }

    static double[][] rows(JsonNode rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(Golden::numbers)
                .toArray(double[][]::new);
    }

    static Table table(JsonNode rows) {
        return Table.of(rows(rows));
    }

    /// The tables of a name with `Entities` and with `Relations` behind it.
    static Vectors vectors(JsonNode node, String name) {
        return new Vectors(table(node.get(name + "Entities")), table(node.get(name + "Relations")));
    }

    static void assertClose(String what, Vectors actual, JsonNode expected, String name, double close) {
        assertClose(what + " entities", actual.entities(), expected.get(name + "Entities"), close);
        assertClose(what + " relations", actual.relations(), expected.get(name + "Relations"), close);
    }

    static void assertClose(String what, Table actual, JsonNode expected, double close) {
        double[][] rows = rows(expected);
        assertThat(actual.rows()).as(what).isEqualTo(rows.length);
        double worst = 0;
        for (int row = 0; row < rows.length; row++) {
            double[] values = actual.row(row);
            for (int i = 0; i < values.length; i++) {
                worst = Math.max(worst, Math.abs(values[i] - rows[row][i]));
            }
        }
        assertThat(worst).as(what + ": largest difference").isLessThan(close);
    }
}
