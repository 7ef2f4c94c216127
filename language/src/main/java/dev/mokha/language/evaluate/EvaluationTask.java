package dev.mokha.language.evaluate;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a model is asked and how its answers count: a task of lm-evaluation-harness's kind, read from such a
/// file by [TaskFile].
///
/// @param name such as `arabicmmlu`
/// @param output what is asked of the model
/// @param data where the rows are
/// @param splits which rows are asked about, and which are shown
/// @param format how a row becomes text
/// @param shots how many solved examples stand before each question
/// @param sampler which ones
/// @param examples the rows that are shown, where the file itself holds them; else null
/// @param metrics what is measured
/// @param generation how an answer is written; for [Output#GENERATION]
/// @param filters what is done to a written answer before it counts
/// @param subjects by what the figures are also given; or null
public record EvaluationTask(
        String name,
        Output output,
        DataFiles data,
        Splits splits,
        Format format,
        int shots,
        Sampler sampler,
        @Nullable List<TaskRow> examples,
        List<Measure> metrics,
        Generation generation,
        List<AnswerFilter> filters,
        @Nullable Subjects subjects) {

    public EvaluationTask {
        metrics = List.copyOf(metrics);
        filters = List.copyOf(filters);
    }

    /// What is asked of a model.
    public enum Output {
        /// Which choice is likeliest.
        MULTIPLE_CHOICE("multiple_choice"),
        /// How likely the target is, and whether it would be written.
        LIKELIHOOD("loglikelihood"),
        /// How likely the whole target is.
        ROLLING("loglikelihood_rolling"),
        /// An answer in its own words.
        GENERATION("generate_until");

        private final String key;

        Output(String key) {
            this.key = key;
        }

        /// {@return the name in a task file}
        public String key() {
            return key;
        }
    }

    /// Which rows are asked about and which are shown.
    ///
    /// @param asked the test split, or else the validation split
    /// @param shown the few-shot split, or else the training split, the validation split or the one asked about
    public record Splits(String asked, String shown) {}

    /// How a row becomes text. Each of `text`, `target` and `choices` is a column's name or a Jinja template.
    ///
    /// @param text the question; of a task whose choices are whole contexts, the number of the right one
    /// @param target the answer: a text, several that are right, or a choice's number
    /// @param choices a template or column that gives a list; or null
    /// @param fixedChoices the choices where they are the same in every row; or null
    /// @param description what stands before everything
    /// @param targetDelimiter between question and answer
    /// @param shotDelimiter between examples
    /// @param prefix what the answer begins with; or null
    public record Format(
            String text,
            String target,
            @Nullable String choices,
            @Nullable List<String> fixedChoices,
            String description,
            String targetDelimiter,
            String shotDelimiter,
            @Nullable String prefix) {
        boolean hasChoices() {
            return choices != null || fixedChoices != null;
        }
    }

    /// Which examples are shown.
    public enum Sampler {
        /// The first ones.
        FIRST_N,
        /// Drawn anew for every question.
        DEFAULT
    }

    /// What the questions are about.
    ///
    /// @param spec the column that says it, or a template
    /// @param shotsWithin whether examples are of the question's own subject, as many as there are of it
    public record Subjects(String spec, boolean shotsWithin) {}

    /// What is measured, and what it overlooks.
    ///
    /// @param ignoreCase whether upper and lower case are the same
    /// @param ignorePunctuation whether ASCII punctuation is overlooked
    /// @param ignored regular expressions whose matches are overlooked
    /// @param language whose normalisation `token_f1` uses: `en` is SQuAD's own
    public record Measure(
            Metric metric, boolean ignoreCase, boolean ignorePunctuation, List<Pattern> ignored, String language) {
        public Measure {
            ignored = List.copyOf(ignored);
        }

        /// A metric that overlooks nothing.
        static Measure plain(Metric metric) {
            return new Measure(metric, false, false, List.of(), "en");
        }
    }

    /// How an answer is written.
    ///
    /// @param until texts that end it
    /// @param maxTokens its longest length
    /// @param temperature 0 takes the likeliest token
    public record Generation(List<String> until, int maxTokens, double temperature) {
        public Generation {
            until = List.copyOf(until);
        }
    }

    /// {@return the same with so many examples shown}
    public EvaluationTask withShots(int shots) {
        return new EvaluationTask(
                name, output, data, splits, format, shots, sampler, examples, metrics, generation, filters, subjects);
    }
}
