package dev.mokha.language.evaluate;

import dev.mokha.language.evaluate.EvaluationTask.Measure;
import dev.mokha.language.evaluate.EvaluationTask.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The part of a task file that says how answers count: `metric_list` and `filter_list`.
final class ScoringKeys {
    private static final Set<String> MEASURE = Set.of(
            "metric",
            "aggregation",
            "higher_is_better",
            "ignore_case",
            "ignore_punctuation",
            "regexes_to_ignore",
            "language");
    private static final String LAST_NUMBER = "#### (\\-?[0-9\\.\\,]+)"; // the harness's own default

    private ScoringKeys() {}

    /// {@return what is measured: what the file names, or what is usual}
    static List<Measure> measures(TaskKeys root, Output output) {
        if (!root.has("metric_list")) {
            return usual(output).stream().map(Measure::plain).toList();
        }
        return root.list("metric_list").stream()
                .map(keys -> measure(keys, output))
                .toList();
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

    private static Measure measure(TaskKeys keys, Output output) {
        String name = keys.onlyWith(MEASURE).text("metric");
        Metric metric;
        try {
            metric = Metric.of(name);
        } catch (IllegalArgumentException e) {
            throw new EvaluationException(keys.origin() + ": " + e.getMessage(), e);
        }
        if (!possible(output).contains(metric)) {
            throw keys.error("the metric " + name + " is not for an output_type " + output.key() + "; there are "
                    + possible(output).stream().map(Metric::key).sorted().toList());
        }
        @Nullable String aggregation = keys.optional("aggregation");
        if (aggregation != null && !metric.aggregations().contains(aggregation)) {
            throw keys.error("the metric " + name + " is put together by " + metric.aggregations() + ", not by '"
                    + aggregation + "'");
        }
        return new Measure(
                metric,
                keys.flag("ignore_case"),
                keys.flag("ignore_punctuation"),
                keys.texts("regexes_to_ignore").stream().map(keys::pattern).toList(),
                keys.text("language", "en"));
    }

    /// {@return what is done to a written answer before it counts}
    static List<AnswerFilter> filters(TaskKeys root) {
        if (!root.has("filter_list")) {
            return List.of(AnswerFilter.none());
        }
        List<AnswerFilter> filters = new ArrayList<>();
        for (TaskKeys keys : root.list("filter_list")) {
            keys.onlyWith(Set.of("name", "filter"));
            filters.add(new AnswerFilter(
                    keys.text("name", "none"),
                    keys.list("filter").stream().flatMap(ScoringKeys::step).toList()));
        }
        return filters;
    }

    private static Stream<AnswerFilter.Step> step(TaskKeys keys) {
        keys.onlyWith(Set.of("function", "regex_pattern", "group_select", "fallback"));
        String name = keys.text("function");
        return switch (name) {
            case "regex" ->
                Stream.of(new AnswerFilter.Regex(
                        keys.pattern(keys.text("regex_pattern", LAST_NUMBER)),
                        keys.number("group_select", 0, Integer.MIN_VALUE),
                        keys.text("fallback", "[invalid]")));
            case "remove_whitespace" -> Stream.of(new AnswerFilter.RemoveWhitespace());
            case "lowercase" -> Stream.of(new AnswerFilter.Lowercase());
            case "take_first" -> Stream.empty(); // each question has one answer
            default ->
                throw keys.error("filter_list: no function '" + name
                        + "'; there are lowercase, regex, remove_whitespace and take_first");
        };
    }
}
