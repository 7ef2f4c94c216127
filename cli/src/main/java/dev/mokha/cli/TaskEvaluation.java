package dev.mokha.cli;

import dev.mokha.language.evaluate.BuiltInTasks;
import dev.mokha.language.evaluate.Evaluation;
import dev.mokha.language.evaluate.EvaluationReport;
import dev.mokha.language.evaluate.EvaluationTask;
import dev.mokha.language.evaluate.ResultFiles;
import dev.mokha.language.evaluate.TaskResult;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.node.ObjectNode;

/// A decoder on the tasks of an evaluation harness.
///
/// @param names built-in tasks, groups, or YAML files
/// @param shots how many examples are shown; null for what each task says
/// @param out where results go; null for nowhere
record TaskEvaluation(
        Path folder,
        List<String> names,
        @Nullable Integer shots,
        Evaluation.Settings settings,
        DType type,
        @Nullable Path out) {
    private static final Set<String> FREE = Set.of("--task", "--json"); // more tasks may come to the same folder
    private static final List<Integer> WIDTHS = List.of(40, 10, 20, 10);

    /// Runs the tasks; {@return their figures, and lines for people to `print`}
    ///
    /// @param spec the verb, for `run.json`
    ObjectNode run(PrintWriter print, PrintWriter err, boolean silent, CommandSpec spec) {
        List<EvaluationTask> tasks = tasks();
        List<TaskResult> results = new ArrayList<>();
        try (var model = LanguageModel.load(folder, Loading.forUse(Device.CPU).as(type))) {
            var evaluation = new Evaluation(model, settings);
            tasks.forEach(evaluation::check); // before anything is written, and before hours of work
            if (out != null) {
                List<String> called = tasks.stream().map(EvaluationTask::name).toList();
                RunFile.begin(out, spec, Map.of("tasks", called), FREE);
            }
            if (!silent) {
                print.println(TextTable.line(List.of("task", "value", "95 % interval", "questions"), WIDTHS));
            }
            for (EvaluationTask task : tasks) {
                TaskResult result;
                if (out != null && ResultFiles.has(out, task.name())) {
                    result = ResultFiles.read(out, task.name());
                } else {
                    try (var progress = new EvaluationProgress(err)) {
                        result = evaluation.run(task, progress);
                    }
                    if (out != null) {
                        ResultFiles.write(out, result);
                    }
                }
                results.add(result);
                if (!silent) {
                    show(print, result);
                }
            }
        }
        if (out != null) {
            ResultFiles.writeAll(out, results);
            EvaluationReport.write(out.resolve("report.html"), folder.toString(), results);
        }
        return ResultFiles.json(results);
    }

    private List<EvaluationTask> tasks() {
        Set<String> seen = new LinkedHashSet<>();
        List<EvaluationTask> tasks = new ArrayList<>();
        for (String name : names) {
            for (EvaluationTask task : BuiltInTasks.named(name)) {
                if (!seen.add(task.name())) {
                    throw new IllegalArgumentException("the task " + task.name() + " is named twice");
                }
                tasks.add(shots == null ? task : task.withShots(shots));
            }
        }
        return tasks;
    }

    private static void show(PrintWriter print, TaskResult result) {
        for (TaskResult.Figure figure : result.figures()) {
            print.println(TextTable.line(
                    List.of(
                            result.task() + " " + figure.name(),
                            String.format(Locale.ROOT, "%.4f", figure.value()),
                            String.format(Locale.ROOT, "%.4f to %.4f", figure.low(), figure.high()),
                            String.valueOf(figure.questions())),
                    WIDTHS));
        }
        print.flush();
    }
}
