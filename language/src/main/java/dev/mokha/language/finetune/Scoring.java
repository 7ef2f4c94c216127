package dev.mokha.language.finetune;

import dev.mokha.nn.metric.Confusion;
import dev.mokha.nn.metric.Correlation;
import dev.mokha.nn.metric.EntityF1;
import dev.mokha.nn.metric.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Answers against what is known.
///
/// @param labels the names of classes or tags, in order
record Scoring(Kind kind, List<String> labels) {
    /// {@return the report of all items, whose labels must be known}
    Report report(List<Item> items, List<Outputs> outputs) {
        requireKnown(items);
        return switch (kind) {
            case CLASSIFY -> confusion(labels.size(), items, outputs);
            case REGRESS ->
                new Correlation(
                        items.stream().mapToDouble(Item::value).toArray(),
                        outputs.stream().mapToDouble(o -> o.rows()[0][0]).toArray());
            case TAG -> entities(items, outputs);
            case CHOOSE -> accuracy(items, outputs);
        };
    }

    /// Refuses an item whose label is not known.
    void requireKnown(List<Item> items) {
        for (Item item : items) {
            boolean known = kind == Kind.REGRESS
                    ? !Double.isNaN(item.value())
                    : !item.targets().isEmpty();
            if (!known) {
                throw item.place()
                        .error("no label is known here, so there is nothing to learn from or to measure against");
            }
        }
    }

    private static Confusion confusion(int classes, List<Item> items, List<Outputs> outputs) {
        var confusion = new Confusion(classes);
        for (int i = 0; i < items.size(); i++) {
            confusion.add(items.get(i).targets().getFirst(), outputs.get(i).best(0));
        }
        return confusion;
    }

    private static Report accuracy(List<Item> items, List<Outputs> outputs) {
        long right = 0;
        for (int i = 0; i < items.size(); i++) {
            right += items.get(i).targets().getFirst() == outputs.get(i).best(0) ? 1 : 0;
        }
        double accuracy = (double) right / items.size();
        return () -> Map.of("accuracy", accuracy);
    }

    private EntityF1 entities(List<Item> items, List<Outputs> outputs) {
        var f1 = new EntityF1();
        for (int i = 0; i < items.size(); i++) {
            f1.add(items.get(i).targets().stream().map(labels::get).toList(), tags(items.get(i), outputs.get(i)));
        }
        return f1;
    }

    /// {@return the tag of each word; `O` for one that was not read}
    List<String> tags(Item item, Outputs outputs) {
        List<String> tags = new ArrayList<>();
        int row = 0;
        for (int at : item.words()) {
            tags.add(at < 0 ? "O" : labels.get(outputs.best(row++)));
        }
        return tags;
    }

    /// {@return what a report counts, beyond its figures: a matrix or a table of types}
    static Map<String, Object> details(Report report, List<String> labels) {
        Map<String, Object> details = new LinkedHashMap<>();
        switch (report) {
            case Confusion confusion -> {
                List<List<Long>> matrix = new ArrayList<>();
                for (int actual = 0; actual < confusion.classes(); actual++) {
                    List<Long> row = new ArrayList<>();
                    for (int predicted = 0; predicted < confusion.classes(); predicted++) {
                        row.add(confusion.count(actual, predicted));
                    }
                    matrix.add(row);
                }
                details.put("labels", labels);
                details.put("confusion", matrix);
            }
            case EntityF1 entities -> {
                Map<String, List<Long>> types = new LinkedHashMap<>();
                entities.types()
                        .forEach((type, counts) ->
                                types.put(type, List.of(counts.right(), counts.predicted(), counts.present())));
                details.put("types", types);
            }
            default -> {}
        }
        return details;
    }
}
