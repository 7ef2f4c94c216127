package dev.mokha.language.evaluate;

import dev.mokha.language.evaluate.EvaluationTask.Format;
import dev.mokha.language.evaluate.EvaluationTask.Generation;
import dev.mokha.language.evaluate.EvaluationTask.Output;
import dev.mokha.language.evaluate.EvaluationTask.Sampler;
import dev.mokha.language.evaluate.EvaluationTask.Splits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Reads a task from YAML, in the form of
/// [lm-evaluation-harness](https://github.com/EleutherAI/lm-evaluation-harness/blob/main/docs/task_guide.md):
/// what is in such a file and needs no Python means the same here. What we don't know is refused by name,
/// never passed over.
public final class TaskFile {
    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    private static final Pattern FUNCTION = Pattern.compile("!function\\s+\\S+");
    private static final Set<String> KEYS = Set.of(
            "task",
            "task_alias",
            "tag",
            "dataset_path",
            "dataset_name",
            "dataset_kwargs",
            "training_split",
            "validation_split",
            "test_split",
            "fewshot_split",
            "fewshot_config",
            "fewshot_delimiter",
            "target_delimiter",
            "num_fewshot",
            "description",
            "doc_to_text",
            "doc_to_target",
            "doc_to_choice",
            "gen_prefix",
            "output_type",
            "generation_kwargs",
            "filter_list",
            "metric_list",
            "repeats",
            "should_decontaminate",
            "doc_to_decontamination_query",
            "metadata");
    private static final Map<String, DataFiles.Form> FORMS = Map.of(
            "json", DataFiles.Form.JSON,
            "csv", DataFiles.Form.CSV,
            "text", DataFiles.Form.TEXT,
            "squad", DataFiles.Form.SQUAD);

    private final TaskKeys root;

    private TaskFile(TaskKeys root) {
        this.root = root;
    }

    /// Reads a task.
    ///
    /// @param yaml the file's text
    /// @param origin what messages call the file
    /// @throws EvaluationException naming the file, the key and the way out
    public static EvaluationTask read(String yaml, String origin) {
        Matcher function = FUNCTION.matcher(yaml);
        if (function.find()) {
            long line = yaml.substring(0, function.start()).lines().count();
            throw new EvaluationException(origin + ", line " + Math.max(1, line) + ": " + function.group()
                    + " calls Python, which is not run here; say it with a Jinja template, or prepare the data first");
        }
        JsonNode root;
        try {
            root = YAML.readTree(yaml);
        } catch (JacksonException e) {
            throw new EvaluationException(
                    origin + ": not YAML: " + e.getOriginalMessage()
                            + (e.getLocation() == null
                                    ? ""
                                    : ", line " + e.getLocation().getLineNr()),
                    e);
        }
        if (root == null || !root.isObject()) {
            throw new EvaluationException(origin + " holds no task: keys such as task, dataset_path and doc_to_text");
        }
        try {
            return new TaskFile(new TaskKeys(origin, "", root)).task();
        } catch (JacksonException e) { // a list where a text belongs
            throw new EvaluationException(origin + ": a value is of the wrong kind: " + e.getOriginalMessage(), e);
        }
    }

    private EvaluationTask task() {
        root.onlyWith(KEYS);
        if (root.number("repeats", 1, 1) != 1) {
            throw root.error("repeats is 1 here: each question is answered once");
        }
        Output output = output();
        Format format = format();
        if (output == Output.MULTIPLE_CHOICE && !format.hasChoices()) {
            throw root.error("a multiple_choice task needs doc_to_choice");
        }
        return new EvaluationTask(
                root.text("task"),
                output,
                data(),
                splits(),
                format,
                root.number("num_fewshot", 0, 0),
                sampler(),
                examples(),
                ScoringKeys.measures(root, output),
                generation(format),
                ScoringKeys.filters(root),
                subjects());
    }

    private Output output() {
        String key = root.text("output_type", "generate_until");
        return Arrays.stream(Output.values())
                .filter(output -> output.key().equals(key))
                .findFirst()
                .orElseThrow(() -> root.error("no output_type '" + key + "'; there are "
                        + Arrays.stream(Output.values()).map(Output::key).toList()));
    }

    private Format format() {
        boolean fixed = root.node().path("doc_to_choice").isContainer(); // a list, or a mapping whose values count
        return new Format(
                root.text("doc_to_text", ""),
                root.text("doc_to_target"),
                fixed ? null : root.optional("doc_to_choice"),
                fixed ? root.texts("doc_to_choice") : null,
                root.text("description", ""),
                root.text("target_delimiter", " "),
                root.text("fewshot_delimiter", "\n\n"),
                root.optional("gen_prefix"));
    }

    private DataFiles data() {
        String path = root.text("dataset_path");
        DataFiles.@Nullable Form form = FORMS.get(path);
        if (form == null) {
            throw root.error("dataset_path '" + path + "' would be downloaded, and nothing is here; name files: one of "
                    + FORMS.keySet().stream().sorted().toList() + " with dataset_kwargs.data_files");
        }
        TaskKeys keys = root.at("dataset_kwargs").onlyWith(Set.of("data_files", "field", "sep", "delimiter"));
        if (!keys.has("data_files")) {
            throw root.error("dataset_kwargs.data_files is missing: a file, a list, or for each split its files");
        }
        Map<String, List<String>> bySplit = new LinkedHashMap<>();
        TaskKeys files = keys.at("data_files");
        if (files.node().isObject()) {
            files.node().propertyNames().forEach(split -> bySplit.put(split, files.texts(split)));
        } else {
            bySplit.put("train", keys.texts("data_files"));
        }
        String separator = keys.text("sep", keys.text("delimiter", ","));
        if (separator.length() != 1) {
            throw root.error("dataset_kwargs.sep is one character, not '" + separator + "'");
        }
        return new DataFiles(form, bySplit, keys.optional("field"), separator.charAt(0));
    }

    private Splits splits() {
        @Nullable String test = root.optional("test_split");
        @Nullable String validation = root.optional("validation_split");
        @Nullable String asked = test == null ? validation : test;
        if (asked == null) {
            throw root.error(
                    "test_split is missing: the split that is asked about, such as train for a file without splits");
        }
        // Where examples are looked for, in the harness's order.
        String shown = Stream.of(
                        root.at("fewshot_config").optional("split"),
                        root.optional("fewshot_split"),
                        root.optional("training_split"),
                        validation)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(asked);
        return new Splits(asked, shown);
    }

    /// In `metadata`, which the harness leaves to whoever writes the file.
    private EvaluationTask.@Nullable Subjects subjects() {
        TaskKeys metadata = root.at("metadata");
        @Nullable String spec = metadata.optional("subject");
        return spec == null ? null : new EvaluationTask.Subjects(spec, metadata.flag("shots_by_subject"));
    }

    private Sampler sampler() {
        TaskKeys keys = root.at("fewshot_config").onlyWith(Set.of("sampler", "samples", "split"));
        String name = keys.text("sampler", "default");
        return switch (name) {
            case "first_n" -> Sampler.FIRST_N;
            case "default" -> Sampler.DEFAULT;
            default -> throw root.error("no fewshot_config.sampler '" + name + "'; there are first_n and default");
        };
    }

    private @Nullable List<TaskRow> examples() {
        TaskKeys keys = root.at("fewshot_config");
        if (!keys.has("samples")) {
            return null;
        }
        List<TaskRow> rows = new ArrayList<>();
        for (TaskKeys row : keys.list("samples")) {
            if (!row.node().isObject()) {
                throw root.error("fewshot_config.samples is a list of rows");
            }
            rows.add(DataFiles.row(row.node()));
        }
        return rows;
    }

    private Generation generation(Format format) {
        TaskKeys keys = root.at("generation_kwargs")
                .onlyWith(Set.of("until", "max_gen_toks", "max_new_tokens", "do_sample", "temperature"));
        return new Generation(
                keys.has("until") ? keys.texts("until") : List.of(format.shotDelimiter()),
                keys.number("max_gen_toks", keys.number("max_new_tokens", 256, 1), 1),
                keys.flag("do_sample") ? keys.node().path("temperature").asDouble(1) : 0);
    }
}
