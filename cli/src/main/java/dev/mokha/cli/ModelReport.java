package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.knowledge.learn.Figures;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.LearnedSnapshot;
import dev.mokha.knowledge.store.StoredFigure;
import dev.mokha.knowledge.store.StoredFigure.Among;
import dev.mokha.knowledge.store.StoredFigure.Moment;
import dev.mokha.knowledge.store.StoredModel;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How one model came along.
///
/// @param among which entities right answers stood among, where all were looked at
/// @param stored all figures
record ModelReport(
        StoredModel model, Among among, List<StoredFigure> stored, Figures figures, List<LearnedSnapshot> learned) {
    private static final List<Integer> WIDTHS = List.of(12, 8);

    static List<ModelReport> all(GraphStore graph, Among among) {
        var reports = new ArrayList<ModelReport>();
        for (StoredModel model : graph.models().all()) {
            List<StoredFigure> figures = graph.history().figures(model);
            reports.add(new ModelReport(
                    model,
                    among,
                    figures,
                    new Figures(figures, among),
                    graph.history().learned(model)));
        }
        return reports;
    }

    void print(PrintWriter out) {
        out.println();
        out.println("model '%s' (%s), has learned snapshots up to %d"
                .formatted(model.name(), model.method(), model.learned()));
        if (!figures.tests().isEmpty()) {
            out.println("MRR on each snapshot's test, among "
                    + (among == Among.SNAPSHOT ? "the entities of that snapshot" : "all entities of then"));
            matrix(out);
            out.println("forward transfer %s, backward transfer %s"
                    .formatted(or(figures.forwardTransfer()), or(figures.backwardTransfer())));
        }
        for (LearnedSnapshot one : learned) {
            out.println("snapshot %d: %s of work, %s, %s, with %s entities, peak of the process %s"
                    .formatted(
                            one.snapshot(),
                            KgReport.seconds(one.seconds()),
                            Sizes.plural(one.epochs(), "epoch"),
                            Sizes.plural(one.facts(), "fact"),
                            Sizes.count(one.entities()),
                            Sizes.bytes(one.bytes())));
        }
    }

    private void matrix(PrintWriter out) {
        List<String> head = new ArrayList<>(List.of("after"));
        figures.tests().forEach(test -> head.add("test " + test));
        head.add("whole");
        out.println(TextTable.line(head, WIDTHS));
        boolean drawn = false;
        for (int snapshot : figures.learned()) {
            List<String> cells = new ArrayList<>(List.of("snapshot " + snapshot));
            for (int test : figures.tests()) {
                var one = figures.on(snapshot, test, Moment.AFTER);
                boolean pool = one.isPresent() && one.get().among() == Among.POOL;
                drawn |= pool;
                cells.add(one.map(it -> KgReport.number(it.mrr()) + (pool ? "*" : ""))
                        .orElse(""));
            }
            cells.add(or(figures.whole(snapshot)));
            out.println(TextTable.line(cells, WIDTHS));
        }
        if (drawn) {
            out.println("* among the entities that the update worked with; of earlier tests some facts only");
        }
    }

    private static String or(OptionalDouble figure) {
        return figure.isPresent() ? KgReport.number(figure.getAsDouble()) : "-";
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("name", model.name())
                .put("method", model.method())
                .put("learned", model.learned());
        json.set("settings", JsonMapper.shared().readTree(model.settings()));
        var all = json.putArray("figures");
        stored.forEach(one -> all.add(KgReport.json(one)));
        var took = json.putArray("took");
        learned.forEach(one -> took.add(KgReport.json(one)));
        figures.forwardTransfer().ifPresent(it -> json.put("forward_transfer", it));
        figures.backwardTransfer().ifPresent(it -> json.put("backward_transfer", it));
        return json;
    }
}
