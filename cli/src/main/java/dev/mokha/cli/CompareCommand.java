package dev.mokha.cli;

import dev.mokha.language.evaluate.Comparison;
import dev.mokha.language.evaluate.EvaluationException;
import dev.mokha.language.evaluate.ResultFiles;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// `mokha compare`: two models on the same questions.
@Command(
        name = "compare",
        description = {
            "Compares two results of mokha evaluate, question by question.",
            "The interval is that of the difference, over samples of the questions; p is McNemar's exact test, for"
                    + " figures that are shares of right answers."
        },
        footer = "  mokha compare runs/base runs/tuned")
final class CompareCommand implements Callable<Integer> {
    private static final List<Integer> WIDTHS = List.of(36, 10, 10, 10, 20, 10);

    @Parameters(index = "0", paramLabel = "A", description = "What evaluate --out wrote for one model.")
    private Path a;

    @Parameters(index = "1", paramLabel = "B", description = "What it wrote for the other.")
    private Path b;

    @Option(names = "--json", description = "Prints one JSON list.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<String> tasks = new ArrayList<>(ResultFiles.tasks(a));
        List<String> others = ResultFiles.tasks(b);
        tasks.retainAll(others);
        if (tasks.isEmpty()) {
            throw new EvaluationException(
                    a + " and " + b + " share no task: " + ResultFiles.tasks(a) + " and " + others);
        }
        List<Comparison> all = new ArrayList<>();
        for (String task : tasks) {
            all.addAll(Comparison.of(ResultFiles.read(a, task), ResultFiles.read(b, task)));
        }
        if (json) {
            out.println(json(all).toPrettyString());
        } else {
            show(out, all);
        }
        out.flush();
        return ExitCode.OK;
    }

    private static void show(PrintWriter out, List<Comparison> all) {
        out.println(TextTable.line(List.of("task", "A", "B", "B - A", "95 % interval", "p"), WIDTHS));
        for (Comparison one : all) {
            out.println(TextTable.line(
                    List.of(
                            one.task() + " " + one.figure(),
                            number(one.a()),
                            number(one.b()),
                            String.format(Locale.ROOT, "%+.4f", one.b() - one.a()),
                            String.format(Locale.ROOT, "%+.4f to %+.4f", one.low(), one.high()),
                            Double.isNaN(one.p()) ? "" : String.format(Locale.ROOT, "%.2g", one.p())),
                    WIDTHS));
        }
    }

    private static ArrayNode json(List<Comparison> all) {
        var list = JsonNodeFactory.instance.arrayNode();
        for (Comparison one : all) {
            var object = list.addObject();
            object.put("task", one.task());
            object.put("figure", one.figure());
            object.put("higher_is_better", one.higherIsBetter());
            object.put("a", one.a());
            object.put("b", one.b());
            object.put("difference", one.b() - one.a());
            object.putArray("interval95").add(one.low()).add(one.high());
            object.put("questions", one.questions());
            if (!Double.isNaN(one.p())) {
                object.put("only_a", one.onlyA()).put("only_b", one.onlyB()).put("p", one.p());
            }
        }
        return list;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
