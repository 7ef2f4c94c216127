package dev.mokha.language.evaluate;

import dev.mokha.language.evaluate.TaskResult.Figure;
import dev.mokha.text.file.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Results in a folder: for each task `result_TASK.json` with its figures and `samples_TASK.jsonl` with every
/// question, and `results.json` over all. Keys are those of lm-evaluation-harness, such as `acc_norm,none`
/// and `acc_norm_stderr,none`. Files are written whole or not at all, the result of a task last.
public final class ResultFiles {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String RESULT = "result_";
    private static final String SUFFIX = ".json";

    private ResultFiles() {}

    /// Writes a task's result.
    public static void write(Path folder, TaskResult result) {
        var lines = new StringBuilder();
        for (Sample sample : result.samples()) {
            lines.append(JSON.writeValueAsString(json(sample))).append('\n');
        }
        WholeFile.write(folder.resolve("samples_" + result.task() + ".jsonl"), lines.toString());
        WholeFile.write(
                folder.resolve(RESULT + result.task() + SUFFIX), json(result).toPrettyString() + "\n");
    }

    /// Writes `results.json` over all tasks.
    public static void writeAll(Path folder, List<TaskResult> results) {
        WholeFile.write(folder.resolve("results.json"), json(results).toPrettyString() + "\n");
    }

    /// {@return the figures of several tasks}
    public static ObjectNode json(List<TaskResult> results) {
        var json = JsonNodeFactory.instance.objectNode();
        ObjectNode figures = json.putObject("results");
        ObjectNode shots = json.putObject("n-shot");
        ObjectNode counts = json.putObject("n-samples");
        for (TaskResult result : results) {
            figures.set(result.task(), figures(result.figures()));
            shots.put(result.task(), result.shots());
            counts.put(result.task(), result.samples().size());
        }
        return json;
    }

    private static ObjectNode figures(List<Figure> figures) {
        var json = JsonNodeFactory.instance.objectNode();
        for (Figure figure : figures) {
            int comma = figure.name().indexOf(',');
            String metric = comma < 0 ? figure.name() : figure.name().substring(0, comma);
            String filter = comma < 0 ? ",none" : figure.name().substring(comma);
            json.put(metric + filter, figure.value());
            json.put(metric + "_stderr" + filter, figure.standardError());
            json.putArray(metric + "_interval95" + filter).add(figure.low()).add(figure.high());
        }
        return json;
    }

    private static ObjectNode json(TaskResult result) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("task", result.task());
        json.put("n-shot", result.shots());
        json.put("n-samples", result.samples().size());
        json.put("seconds", result.seconds());
        putFigures(json, result.figures());
        if (!result.subjects().isEmpty()) {
            ObjectNode subjects = json.putObject("subjects");
            result.subjects().forEach((subject, figures) -> putFigures(subjects.putObject(subject), figures));
        }
        return json;
    }

    private static void putFigures(ObjectNode json, List<Figure> figures) {
        ObjectNode all = json.putObject("figures");
        for (Figure figure : figures) {
            all.putObject(figure.name())
                    .put("value", figure.value())
                    .put("higher_is_better", figure.higherIsBetter())
                    .put("stderr", figure.standardError())
                    .put("low95", figure.low())
                    .put("high95", figure.high())
                    .put("n", figure.questions());
        }
    }

    private static ObjectNode json(Sample sample) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("doc_id", sample.row());
        if (sample.subject() != null) {
            json.put("subject", sample.subject());
        }
        json.put("target", sample.target());
        var answers = json.putArray("resps");
        for (Object answer : sample.answers()) {
            if (answer instanceof Double log) {
                answers.add(log);
            } else {
                answers.add(answer.toString());
            }
        }
        var values = json.putObject("values");
        new TreeMap<>(sample.values())
                .forEach((name, value) ->
                        values.putArray(name).add(value.value()).add(value.weight()));
        return json;
    }

    // ---- reading ----

    /// {@return the tasks that a folder has results of}
    /// @throws EvaluationException when it has none
    public static List<String> tasks(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new EvaluationException("there is no folder " + folder + "; name what evaluate --out has written");
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<String> tasks = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(RESULT) && name.endsWith(SUFFIX))
                    .map(name -> name.substring(RESULT.length(), name.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
            if (tasks.isEmpty()) {
                throw new EvaluationException(folder + " holds no results; name what evaluate --out has written");
            }
            return tasks;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// {@return whether a folder has the result of a task}
    public static boolean has(Path folder, String task) {
        return Files.exists(folder.resolve(RESULT + task + SUFFIX));
    }

    /// Reads a task's result back.
    ///
    /// @throws EvaluationException when the files are not what [#write] wrote
    public static TaskResult read(Path folder, String task) {
        Path file = folder.resolve(RESULT + task + SUFFIX);
        Path samples = folder.resolve("samples_" + task + ".jsonl");
        try {
            JsonNode json = JSON.readTree(Files.readString(file));
            Map<String, List<Figure>> subjects = new LinkedHashMap<>();
            json.path("subjects")
                    .propertyStream()
                    .forEach(entry -> subjects.put(entry.getKey(), readFigures(entry.getValue())));
            List<Sample> all = new ArrayList<>();
            for (String line : Files.readAllLines(samples)) {
                all.add(readSample(JSON.readTree(line)));
            }
            return new TaskResult(
                    task,
                    json.path("n-shot").asInt(),
                    all,
                    readFigures(json),
                    subjects,
                    json.path("seconds").asDouble());
        } catch (IOException e) {
            throw new EvaluationException("cannot read the result of " + task + " in " + folder + ": " + e, e);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new EvaluationException(
                    "the result of " + task + " in " + folder + " is damaged (" + e.getMessage()
                            + "); delete it and evaluate again",
                    e);
        }
    }

    private static List<Figure> readFigures(JsonNode json) {
        return json.path("figures")
                .propertyStream()
                .map(entry -> new Figure(
                        entry.getKey(),
                        entry.getValue().path("higher_is_better").asBoolean(true),
                        entry.getValue().path("value").asDouble(),
                        entry.getValue().path("stderr").asDouble(),
                        entry.getValue().path("low95").asDouble(),
                        entry.getValue().path("high95").asDouble(),
                        entry.getValue().path("n").asInt()))
                .toList();
    }

    private static Sample readSample(JsonNode json) {
        List<Object> answers = new ArrayList<>();
        json.path("resps")
                .forEach(answer -> answers.add(answer.isNumber() ? (Object) answer.asDouble() : answer.asString()));
        Map<String, Sample.Value> values = new LinkedHashMap<>();
        json.path("values")
                .propertyStream()
                .forEach(entry -> values.put(
                        entry.getKey(),
                        new Sample.Value(
                                entry.getValue().path(0).asDouble(),
                                entry.getValue().path(1).asDouble(1))));
        @Nullable JsonNode subject = json.get("subject");
        return new Sample(
                json.path("doc_id").asInt(),
                subject == null ? null : subject.asString(),
                json.path("target").asString(""),
                answers,
                values);
    }
}
