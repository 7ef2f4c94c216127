package dev.mokha.language.evaluate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The tasks that come with Mokha, by name, and groups of them. Their data does not come along: each names
/// its files, which are looked for in the folders given.
public final class BuiltInTasks {
    private static final List<String> FILES = List.of(
            "acva",
            "arabicmmlu",
            "arabicsense_reason",
            "arcd",
            "comve_ar",
            "exams_ar",
            "gsm8k",
            "mmlu_ar",
            "mmlu_en",
            "truthfulqa_mc1",
            "xquad_ar",
            "xquad_en");
    private static final List<String> BIG_BENCH_HARD = List.of(
            "boolean_expressions",
            "causal_judgement",
            "date_understanding",
            "disambiguation_qa",
            "dyck_languages",
            "formal_fallacies",
            "geometric_shapes",
            "hyperbaton",
            "logical_deduction_five_objects",
            "logical_deduction_seven_objects",
            "logical_deduction_three_objects",
            "movie_recommendation",
            "multistep_arithmetic_two",
            "navigate",
            "object_counting",
            "penguins_in_a_table",
            "reasoning_about_colored_objects",
            "ruin_names",
            "salient_translation_error_detection",
            "snarks",
            "sports_understanding",
            "temporal_sequences",
            "tracking_shuffled_objects_five_objects",
            "tracking_shuffled_objects_seven_objects",
            "tracking_shuffled_objects_three_objects",
            "web_of_lies",
            "word_sorting");
    private static final Map<String, List<String>> GROUPS = Map.of(
            "arabic",
            List.of("arabicmmlu", "mmlu_ar", "acva", "exams_ar", "arabicsense_reason", "comve_ar"),
            "bbh",
            BIG_BENCH_HARD.stream().map(name -> "bbh_" + name).toList());

    private BuiltInTasks() {}

    /// {@return the names of tasks and groups}
    public static List<String> names() {
        Stream<String> grouped = GROUPS.entrySet().stream()
                .flatMap(group -> Stream.concat(Stream.of(group.getKey()), group.getValue().stream()));
        return Stream.concat(FILES.stream(), grouped).distinct().sorted().toList();
    }

    /// {@return the tasks of a name: a built-in one, a group, or a YAML file}
    /// @throws EvaluationException naming what there is, and for a file that is no task
    public static List<EvaluationTask> named(String name) {
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            return List.of(file(Path.of(name)));
        }
        List<EvaluationTask> tasks = new ArrayList<>();
        for (String one : GROUPS.getOrDefault(name, List.of(name))) {
            tasks.add(TaskFile.read(yaml(one), one));
        }
        return tasks;
    }

    private static EvaluationTask file(Path path) {
        try {
            return TaskFile.read(Files.readString(path), path.toString());
        } catch (NoSuchFileException e) {
            throw new EvaluationException("there is no task file " + path, e);
        } catch (IOException e) {
            throw new EvaluationException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    /// {@return the YAML text of a built-in task, to begin a task of one's own from}
    public static String yaml(String name) {
        if (name.startsWith("bbh_") && BIG_BENCH_HARD.contains(name.substring(4))) {
            return resource("bbh").replace("{name}", name.substring(4));
        }
        if (!FILES.contains(name)) {
            throw new EvaluationException(
                    "no task '" + name + "'; give a file that ends in .yaml, or one of " + names());
        }
        return resource(name);
    }

    private static String resource(String name) {
        try (InputStream in = BuiltInTasks.class.getResourceAsStream("tasks/" + name + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException("the task " + name + " is missing in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
