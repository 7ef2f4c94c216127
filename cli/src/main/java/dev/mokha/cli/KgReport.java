package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.knowledge.learn.Taught;
import dev.mokha.knowledge.store.LearnedSnapshot;
import dev.mokha.knowledge.store.Snapshot;
import dev.mokha.knowledge.store.StoredFigure;
import dev.mokha.knowledge.store.StoredFigure.Among;
import dev.mokha.knowledge.store.StoredFigure.Moment;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What came of learning a snapshot, for people and for programs.
final class KgReport {
    private static final List<Integer> WIDTHS = List.of(14, 9);

    private KgReport() {}

    /// Prints what was learned of each snapshot that an update brought.
    static void print(PrintWriter out, List<Snapshot> snapshots, List<Taught> all, boolean json) {
        for (Taught one : all) {
            if (json) {
                out.println(json(one));
            } else {
                out.println(KgHistoryCommand.line(snapshots.get(one.learned().snapshot())));
                print(out, one);
            }
        }
        out.flush();
    }

    /// Prints what it took, and a line for each test.
    static void print(PrintWriter out, Taught outcome) {
        LearnedSnapshot it = outcome.learned();
        out.println("learned snapshot %d: %s, %s, with %s entities in %s, %s; peak of the process %s"
                .formatted(
                        it.snapshot(),
                        Sizes.plural(it.facts(), "fact"),
                        it.newEntities() == 1 ? "1 new entity" : Sizes.count(it.newEntities()) + " new entities",
                        Sizes.count(it.entities()),
                        seconds(it.seconds()),
                        Sizes.plural(it.epochs(), "epoch"),
                        Sizes.bytes(it.bytes())));
        var groups = new TreeSet<Among>();
        outcome.figures().forEach(figure -> groups.add(figure.among()));
        for (Among among : groups) {
            out.println(title(among, outcome.figures()));
            out.println(TextTable.line(List.of("test", "ranks", "before", "MRR", "hits@1", "hits@10"), WIDTHS));
            for (StoredFigure after : outcome.figures()) {
                if (after.among() == among && after.moment() == Moment.AFTER) {
                    out.println(TextTable.line(
                            List.of(
                                    "snapshot " + after.test(),
                                    Sizes.count(after.count()),
                                    before(outcome.figures(), after),
                                    number(after.mrr()),
                                    number(after.hits1()),
                                    number(after.hits10())),
                            WIDTHS));
                }
            }
        }
    }

    private static String title(Among among, List<StoredFigure> figures) {
        return switch (among) {
            case SNAPSHOT -> "among the entities of each test's snapshot";
            case NOW -> "among all entities of now";
            case POOL -> "among " + Sizes.count(figures.getFirst().candidates()) + " entities, the rest left out";
        };
    }

    private static String before(List<StoredFigure> figures, StoredFigure after) {
        return figures.stream()
                .filter(one ->
                        one.moment() == Moment.BEFORE && one.among() == after.among() && one.test() == after.test())
                .map(one -> number(one.mrr()))
                .findFirst()
                .orElse("-");
    }

    static String number(double figure) {
        return String.format(Locale.ROOT, "%.4f", figure);
    }

    static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }

    /// {@return the same as JSON}
    static ObjectNode json(Taught outcome) {
        ObjectNode json = json(outcome.learned());
        var figures = json.putArray("figures");
        outcome.figures().forEach(figure -> figures.add(json(figure)));
        return json;
    }

    static ObjectNode json(LearnedSnapshot it) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("snapshot", it.snapshot())
                .put("facts", it.facts())
                .put("new_entities", it.newEntities())
                .put("entities", it.entities())
                .put("epochs", it.epochs())
                .put("seconds", it.seconds())
                .put("bytes", it.bytes());
    }

    static ObjectNode json(StoredFigure one) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("learned", one.learned())
                .put("test", one.test())
                .put("moment", one.moment().name().toLowerCase(Locale.ROOT))
                .put("among", one.among().name().toLowerCase(Locale.ROOT))
                .put("ranks", one.count())
                .put("candidates", one.candidates())
                .put("mr", one.mr())
                .put("mrr", one.mrr())
                .put("hits1", one.hits1())
                .put("hits3", one.hits3())
                .put("hits5", one.hits5())
                .put("hits10", one.hits10());
    }
}
