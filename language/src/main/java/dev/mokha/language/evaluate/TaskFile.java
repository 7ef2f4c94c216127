package dev.mokha.language.evaluate;

import dev.mokha.language.evaluate.EvaluationTask.Format;
import dev.mokha.language.evaluate.EvaluationTask.Generation;
import dev.mokha.language.evaluate.EvaluationTask.Measure;
import dev.mokha.language.evaluate.EvaluationTask.Output;
import dev.mokha.language.evaluate.EvaluationTask.Sampler;
import dev.mokha.language.evaluate.EvaluationTask.Splits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
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

    private final String origin;
    private final JsonNode root;

    private TaskFile(String origin, JsonNode root) {
        this.origin = origin;
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
            return new TaskFile(origin, root).task();
        } catch (JacksonException e) { // a list where a text belongs
            throw new EvaluationException(origin + ": a value is of the wrong kind: " + e.getOriginalMessage(), e);
        }
    }

    private EvaluationTask task() {
        for (String key : root.propertyNames()) {
            if (!KEYS.contains(key)) {
                throw error("the key '" + key + "' is not known here; there are "
                        + KEYS.stream().sorted().toList());
            }
        }
        Output output = output();
        Format format = format();
        if (output == Output.MULTIPLE_CHOICE && !format.hasChoices()) {
            throw error("a multiple_choice task needs doc_to_choice");
        }
        @Nullable JsonNode shown = root.path("fewshot_config").get("samples");
        return new EvaluationTask(
                required("task"),
                output,
                data(),
                splits(),
                format,
                (int) number(root, "num_fewshot", 0),
                sampler(),
                shown == null ? null : rows(shown),
                measures(output),
                generation(format),
                filters(),
                subjects());
    }

    private Output output() {
        String key = optional(root, "output_type", "generate_until");
        return Arrays.stream(Output.values())
                .filter(output -> output.key().equals(key))
                .findFirst()
                .orElseThrow(() -> error("no output_type '" + key + "'; there are "
                        + Arrays.stream(Output.values()).map(Output::key).toList()));
    }

    private Format format() {
        @Nullable JsonNode choices = root.get("doc_to_choice");
        @Nullable List<String> fixed = null;
        if (choices != null && !choices.isString()) {
            fixed = new ArrayList<>();
            for (JsonNode choice : choices) { // the values of a list or of a map
                fixed.add(choice.asString());
            }
            choices = null;
        }
        return new Format(
                optional(root, "doc_to_text", ""),
                required("doc_to_target"),
                choices == null ? null : choices.asString(),
                fixed,
                optional(root, "description", ""),
                optional(root, "target_delimiter", " "),
                optional(root, "fewshot_delimiter", "\n\n"),
                optional(root, "gen_prefix"));
    }

    private DataFiles data() {
        String path = required("dataset_path");
        DataFiles.@Nullable Form form = FORMS.get(path);
        if (form == null) {
            throw error("dataset_path '" + path + "' would be downloaded, and nothing is here; name files: one of "
                    + FORMS.keySet().stream().sorted().toList() + " with dataset_kwargs.data_files");
        }
        JsonNode kwargs = root.path("dataset_kwargs");
        for (String key : kwargs.propertyNames()) {
            if (!Set.of("data_files", "field", "sep", "delimiter").contains(key)) {
                throw error("dataset_kwargs." + key + " is not known here; there are data_files, field and sep");
            }
        }
        @Nullable JsonNode files = kwargs.get("data_files");
        if (files == null) {
            throw error("dataset_kwargs.data_files is missing: a file, a list, or for each split its files");
        }
        Map<String, List<String>> bySplit = new LinkedHashMap<>();
        if (files.isObject()) {
            files.propertyStream().forEach(entry -> bySplit.put(entry.getKey(), names(entry.getValue())));
        } else {
            bySplit.put("train", names(files));
        }
        String separator = optional(kwargs, "sep", optional(kwargs, "delimiter", ","));
        if (separator.length() != 1) {
            throw error("dataset_kwargs.sep is one character, not '" + separator + "'");
        }
        return new DataFiles(form, bySplit, optional(kwargs, "field"), separator.charAt(0));
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(name -> names.add(name.asString()));
        } else {
            names.add(node.asString());
        }
        return names;
    }

    private Splits splits() {
        @Nullable String test = optional(root, "test_split");
        @Nullable String validation = optional(root, "validation_split");
        @Nullable String asked = test == null ? validation : test;
        if (asked == null) {
            throw error(
                    "test_split is missing: the split that is asked about, such as train for a file without splits");
        }
        @Nullable String shown = optional(root.path("fewshot_config"), "split");
        shown = shown == null ? optional(root, "fewshot_split") : shown;
        if (shown == null) { // as the harness looks for it
            @Nullable String training = optional(root, "training_split");
            shown = training != null ? training : validation != null ? validation : asked;
        }
        return new Splits(asked, shown);
    }

    /// In `metadata`, which the harness leaves to whoever writes the file.
    private EvaluationTask.@Nullable Subjects subjects() {
        JsonNode metadata = root.path("metadata");
        @Nullable String spec = optional(metadata, "subject");
        return spec == null
                ? null
                : new EvaluationTask.Subjects(
                        spec, metadata.path("shots_by_subject").asBoolean(false));
    }

    private Sampler sampler() {
        JsonNode config = root.path("fewshot_config");
        for (String key : config.propertyNames()) {
            if (!Set.of("sampler", "samples", "split").contains(key)) {
                throw error("fewshot_config." + key + " is not known here; there are sampler, samples and split");
            }
        }
        String name = optional(config, "sampler", "default");
        return switch (name) {
            case "first_n" -> Sampler.FIRST_N;
            case "default" -> Sampler.DEFAULT;
            default -> throw error("no fewshot_config.sampler '" + name + "'; there are first_n and default");
        };
    }

    private List<TaskRow> rows(JsonNode list) {
        List<TaskRow> rows = new ArrayList<>();
        for (JsonNode node : list) {
            if (!node.isObject()) {
                throw error("fewshot_config.samples is a list of rows");
            }
            rows.add(DataFiles.row(node));
        }
        return rows;
    }

    private List<Measure> measures(Output output) {
        List<Measure> measures = new ArrayList<>();
        @Nullable JsonNode list = root.get("metric_list");
        if (list == null) {
            usual(output).forEach(metric -> measures.add(new Measure(metric, false, false, List.of(), "en")));
            return measures;
        }
        for (JsonNode node : list) {
            measures.add(measure(node, output));
        }
        return measures;
    }

    private static List<Metric> usual(Output output) {
        return switch (output) {
            case MULTIPLE_CHOICE -> List.of(Metric.ACC, Metric.ACC_NORM);
            case LIKELIHOOD -> List.of(Metric.PERPLEXITY, Metric.ACC);
            case ROLLING -> List.of(Metric.WORD_PERPLEXITY, Metric.BYTE_PERPLEXITY, Metric.BITS_PER_BYTE);
            case GENERATION -> List.of(Metric.EXACT_MATCH);
        };
    }

    private static Set<Metric> possible(Output output) {
        return switch (output) {
            case MULTIPLE_CHOICE ->
                Set.of(
                        Metric.ACC,
                        Metric.ACC_NORM,
                        Metric.ACC_BYTES,
                        Metric.ACC_MUTUAL_INFO,
                        Metric.BRIER_SCORE,
                        Metric.EXACT_MATCH);
            case LIKELIHOOD -> Set.of(Metric.PERPLEXITY, Metric.ACC);
            case ROLLING -> Set.of(Metric.WORD_PERPLEXITY, Metric.BYTE_PERPLEXITY, Metric.BITS_PER_BYTE);
            case GENERATION -> Set.of(Metric.EXACT_MATCH, Metric.TOKEN_F1);
        };
    }

    private Measure measure(JsonNode node, Output output) {
        @Nullable String name = node.isString() ? node.asString() : optional(node, "metric");
        if (name == null) {
            throw error("an entry of metric_list has no 'metric'");
        }
        Metric metric;
        try {
            metric = Metric.of(name);
        } catch (IllegalArgumentException e) {
            throw new EvaluationException(origin + ": " + e.getMessage(), e);
        }
        if (!possible(output).contains(metric)) {
            throw error("the metric " + name + " is not for an output_type " + output.key() + "; there are "
                    + possible(output).stream().map(Metric::key).sorted().toList());
        }
        for (String key : node.propertyNames()) {
            if (!Set.of(
                            "metric",
                            "aggregation",
                            "higher_is_better",
                            "ignore_case",
                            "ignore_punctuation",
                            "regexes_to_ignore",
                            "language")
                    .contains(key)) {
                throw error("metric_list: '" + key + "' of " + name + " is not known here");
            }
        }
        List<String> ignored = new ArrayList<>();
        node.path("regexes_to_ignore").forEach(regex -> ignored.add(regex.asString()));
        ignored.forEach(this::pattern);
        return new Measure(
                metric,
                node.path("ignore_case").asBoolean(false),
                node.path("ignore_punctuation").asBoolean(false),
                ignored,
                optional(node, "language", "en"));
    }

    private Generation generation(Format format) {
        JsonNode node = root.path("generation_kwargs");
        for (String key : node.propertyNames()) {
            if (!Set.of("until", "max_gen_toks", "max_new_tokens", "do_sample", "temperature")
                    .contains(key)) {
                throw error("generation_kwargs." + key + " is not known here");
            }
        }
        @Nullable JsonNode until = node.get("until");
        long length = number(node, "max_gen_toks", number(node, "max_new_tokens", 256));
        double temperature = node.path("do_sample").asBoolean(false)
                ? node.path("temperature").asDouble(1)
                : 0;
        return new Generation(
                until == null ? List.of(format.shotDelimiter()) : names(until), (int) length, temperature);
    }

    private List<AnswerFilter> filters() {
        @Nullable JsonNode list = root.get("filter_list");
        if (list == null) {
            return List.of(AnswerFilter.none());
        }
        List<AnswerFilter> filters = new ArrayList<>();
        for (JsonNode node : list) {
            List<AnswerFilter.Step> steps = new ArrayList<>();
            for (JsonNode step : node.path("filter")) {
                @Nullable String name = optional(step, "function");
                switch (name == null ? "" : name) {
                    case "regex" ->
                        steps.add(new AnswerFilter.Regex(
                                pattern(optional(step, "regex_pattern", "#### (\\-?[0-9\\.\\,]+)")),
                                (int) number(step, "group_select", 0),
                                optional(step, "fallback", "[invalid]")));
                    case "remove_whitespace" -> steps.add(new AnswerFilter.RemoveWhitespace());
                    case "lowercase" -> steps.add(new AnswerFilter.Lowercase());
                    case "take_first" -> {} // each question has one answer
                    default ->
                        throw error("filter_list: no function '" + name
                                + "'; there are lowercase, regex, remove_whitespace and take_first");
                }
            }
            filters.add(new AnswerFilter(optional(node, "name", "none"), steps));
        }
        return filters;
    }

    private Pattern pattern(String regex) {
        try {
            return Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS);
        } catch (PatternSyntaxException e) {
            throw new EvaluationException(origin + ": the regular expression is broken: " + e.getMessage(), e);
        }
    }

    // ---- keys ----

    private String required(String key) {
        @Nullable String value = optional(root, key);
        if (value == null) {
            throw error("the key '" + key + "' is missing");
        }
        return value;
    }

    private static @Nullable String optional(JsonNode node, String key) {
        @Nullable JsonNode value = node.get(key);
        return value == null || value.isNull() ? null : value.isContainer() ? value.toString() : value.asString();
    }

    private static String optional(JsonNode node, String key, String otherwise) {
        @Nullable String value = optional(node, key);
        return value == null ? otherwise : value;
    }

    private long number(JsonNode node, String key, long otherwise) {
        @Nullable JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || value.asLong() < -1 || value.asLong() > Integer.MAX_VALUE) {
            throw error(key + " is a whole number, not " + value);
        }
        return value.asLong();
    }

    private EvaluationException error(String reason) {
        return new EvaluationException(origin + ": " + reason);
    }
}
