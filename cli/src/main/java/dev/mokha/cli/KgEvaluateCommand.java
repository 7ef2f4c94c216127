package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.learn.Evaluation;
import dev.mokha.knowledge.learn.Evaluation.Tested;
import dev.mokha.knowledge.query.NamesInGraph;
import dev.mokha.knowledge.rank.RankMetrics;
import dev.mokha.knowledge.rank.Ties;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.StoredFigure.Among;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.knowledge.triples.BadLines;
import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.FactSink;
import dev.mokha.knowledge.triples.Triples;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/// `mokha kg evaluate`: how well a model ranks test facts.
@Command(
        name = "evaluate",
        description = {
            "Ranks the test facts of each snapshot, or the facts of a file, in both directions; answers that are known"
                    + " are left out.",
            "Each snapshot is asked twice: among the entities that there were by then, as LKGE and its followers"
                    + " publish it, and among all that there are now."
        },
        footer = {
            "  mokha kg evaluate --store graph.db --by relation",
            "  mokha kg evaluate held-out.tsv --store graph.db --json"
        })
final class KgEvaluateCommand implements Callable<Integer> {
    private static final List<String> HEAD =
            List.of("test", "among", "ranks", "MR", "MRR", "hits@1", "@3", "@5", "@10", "MRR if ties first", "last");
    private static final List<Integer> WIDTHS = List.of(14, 9, 9, 9, 8, 8, 8, 8, 8, 19, 8);

    /// What figures are told apart by.
    enum By {
        RELATION,
        DIRECTION
    }

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "Facts to rank instead of the graph's tests.")
    private @Nullable Path file;

    @Mixin
    private StoreOption store;

    @Mixin
    private ModelOption model;

    @Option(names = "--by", description = "RELATION or DIRECTION: tells the figures of each apart.")
    private @Nullable By by;

    @Option(
            names = "--skip-bad",
            paramLabel = "COUNT",
            defaultValue = "0",
            description = "Skips and counts up to so many malformed lines of TSV, CSV and N-Triples.")
    private long mostBad;

    @Mixin
    private FactFileOptions reading;

    @Mixin
    private ThreadsOption threads;

    @Option(names = "--json", description = "Prints a JSON array of figures.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /// Figures of one test, or of a part of it.
    private record Line(String test, String among, int candidates, String part, Tested tested, Chosen chosen) {
        RankMetrics metrics(Ties ties) {
            return tested.ranking().metrics(ties, chosen::takes);
        }
    }

    private interface Chosen {
        boolean takes(int query);
    }

    @Override
    public Integer call() {
        try (var graph = GraphStore.open(store.file());
                var crew = new Crew(threads.count())) {
            StoredModel known = model.in(graph);
            var evaluation = new Evaluation(graph, known, crew);
            List<Line> lines = new ArrayList<>();
            List<RankMetrics> then = new ArrayList<>();
            List<RankMetrics> now = new ArrayList<>();
            if (file != null) {
                add(lines, graph, file.toString(), "now", evaluation.facts(outside(graph, evaluation, file)));
            } else {
                for (int i = 0; i <= known.learned(); i++) {
                    Tested early = evaluation.snapshot(i, Among.SNAPSHOT);
                    if (early.ranking().queries().size() > 0) {
                        Tested late = evaluation.snapshot(i, Among.NOW);
                        then.add(early.ranking().metrics(Ties.AVERAGE));
                        now.add(late.ranking().metrics(Ties.AVERAGE));
                        add(lines, graph, "snapshot " + i, "then", early);
                        add(lines, graph, "snapshot " + i, "now", late);
                    }
                }
            }
            print(lines);
            if (!json && then.size() > 1) {
                var out = spec.commandLine().getOut();
                out.println("whole, among then: " + whole(then));
                out.println("whole, among now: " + whole(now));
                out.flush();
            }
            return ExitCode.OK;
        }
    }

    private static String whole(List<RankMetrics> parts) {
        RankMetrics whole = RankMetrics.whole(parts);
        return String.format(
                Locale.ROOT,
                "MR %.1f, MRR %.4f, hits@1 %.4f, @3 %.4f, @5 %.4f, @10 %.4f",
                whole.mr(),
                whole.mrr(),
                whole.hits1(),
                whole.hits3(),
                whole.hits5(),
                whole.hits10());
    }

    private Triples outside(GraphStore graph, Evaluation evaluation, Path path) {
        var names = new NamesInGraph(graph);
        var facts = new Triples.Builder();
        long[] strange = new long[1];
        var bad = new BadLines(mostBad);
        FactSink sink = (fact, _, _, _) -> {
            if (!add(facts, fact, names, evaluation)) {
                strange[0]++;
            }
        };
        reading.file(path).read(bad, reading.named(sink));
        var err = spec.commandLine().getErr();
        if (bad.skipped() > 0) {
            err.println("skipped " + Sizes.plural(bad.skipped(), "bad line"));
        }
        if (strange[0] > 0) {
            err.println("left out " + Sizes.plural(strange[0], "fact")
                    + " with a name that the model has not learned; they count nowhere");
        }
        return facts.build();
    }

    private static boolean add(Triples.Builder facts, Fact fact, NamesInGraph names, Evaluation evaluation) {
        OptionalInt head = names.entity(fact.head());
        OptionalInt relation = names.relation(fact.relation());
        OptionalInt tail = names.entity(fact.tail());
        if (head.isEmpty()
                || relation.isEmpty()
                || tail.isEmpty()
                || !evaluation.knows(head.getAsInt(), relation.getAsInt(), tail.getAsInt())) {
            return false;
        }
        facts.add(head.getAsInt(), relation.getAsInt(), tail.getAsInt());
        return true;
    }

    private void add(List<Line> lines, GraphStore graph, String test, String among, Tested tested) {
        var queries = tested.ranking().queries();
        int facts = queries.size() / 2; // then each the other way round
        switch (by) {
            case null -> lines.add(new Line(test, among, tested.candidates(), "", tested, _ -> true));
            case DIRECTION -> {
                lines.add(new Line(test, among, tested.candidates(), "tails", tested, i -> i < facts));
                lines.add(new Line(test, among, tested.candidates(), "heads", tested, i -> i >= facts));
            }
            case RELATION -> {
                for (int relation = 0; relation < graph.relations().size(); relation++) {
                    int kind = relation;
                    boolean there = false;
                    for (int i = 0; i < facts && !there; i++) {
                        there = queries.relation(i) / 2 == kind;
                    }
                    if (there) {
                        lines.add(new Line(
                                test,
                                among,
                                tested.candidates(),
                                graph.relationName(kind),
                                tested,
                                i -> queries.relation(i) / 2 == kind));
                    }
                }
            }
        }
    }

    private void print(List<Line> lines) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            var all = JsonNodeFactory.instance.arrayNode();
            for (Line line : lines) {
                RankMetrics average = line.metrics(Ties.AVERAGE);
                var one = all.addObject().put("test", line.test()).put("among", line.among());
                if (by != null) {
                    one.put(by.name().toLowerCase(Locale.ROOT), line.part());
                }
                one.put("candidates", line.candidates())
                        .put("ranks", average.count())
                        .put("mr", average.mr())
                        .put("mrr", average.mrr())
                        .put("hits1", average.hits1())
                        .put("hits3", average.hits3())
                        .put("hits5", average.hits5())
                        .put("hits10", average.hits10())
                        .put("mrr_optimistic", line.metrics(Ties.OPTIMISTIC).mrr())
                        .put("mrr_pessimistic", line.metrics(Ties.PESSIMISTIC).mrr());
            }
            out.println(all.toPrettyString());
        } else if (lines.isEmpty()) {
            out.println(store.file() + " has no test facts; import some with --split test or --split-column");
        } else {
            out.println(TextTable.line(HEAD, WIDTHS));
            for (Line line : lines) {
                out.println(text(line));
            }
        }
        out.flush();
    }

    private static String text(Line line) {
        RankMetrics it = line.metrics(Ties.AVERAGE);
        String row = TextTable.line(
                List.of(
                        line.test(),
                        line.among(),
                        Sizes.count(it.count()),
                        String.format(Locale.ROOT, "%.1f", it.mr()),
                        KgReport.number(it.mrr()),
                        KgReport.number(it.hits1()),
                        KgReport.number(it.hits3()),
                        KgReport.number(it.hits5()),
                        KgReport.number(it.hits10()),
                        KgReport.number(line.metrics(Ties.OPTIMISTIC).mrr()),
                        KgReport.number(line.metrics(Ties.PESSIMISTIC).mrr())),
                WIDTHS);
        return line.part().isEmpty() ? row : row + "  " + line.part();
    }
}
