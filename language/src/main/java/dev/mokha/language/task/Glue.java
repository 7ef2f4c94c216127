package dev.mokha.language.task;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The tasks of [GLUE](https://gluebenchmark.com) as its files hold them, with the classes in the order of
/// Hugging Face's `glue` data set, so that a head's outputs mean the same here and there, and the metrics
/// that GLUE counts.
///
/// Files are the tab-separated ones of the official archives, in a folder a task, gzipped or not. QNLI is
/// version 2.
@SuppressWarnings("ImmutableEnumChecker") // its lists are made by List.of
public enum Glue {
    COLA("CoLA", null, List.of("unacceptable", "acceptable"), "01", List.of("matthews_correlation")),
    SST2("SST-2", null, List.of("negative", "positive"), "01", List.of("accuracy")),
    MRPC("MRPC", "#2 String", List.of("not_equivalent", "equivalent"), "01", List.of("accuracy", "f1")),
    STSB("STS-B", "sentence2", List.of(), "", List.of("pearson", "spearmanr")),
    QQP("QQP", "question2", List.of("not_duplicate", "duplicate"), "01", List.of("accuracy", "f1")),
    MNLI("MNLI", "sentence2", List.of("entailment", "neutral", "contradiction"), "", List.of("accuracy")),
    QNLI("QNLI", "sentence", List.of("entailment", "not_entailment"), "", List.of("accuracy")),
    RTE("RTE", "sentence2", List.of("entailment", "not_entailment"), "", List.of("accuracy")),
    WNLI("WNLI", "sentence2", List.of("not_entailment", "entailment"), "01", List.of("accuracy"));

    /// A part of a task's examples; the mismatched ones are MNLI's from other sources than its training
    /// set.
    public enum Split {
        TRAIN("train"),
        DEV("dev"),
        DEV_MISMATCHED("dev_mismatched"),
        TEST("test"),
        TEST_MISMATCHED("test_mismatched"),
        /// The test examples with labels that others published later (SST-2, MRPC).
        TEST_LABELED("test-labeled");

        private final String file;

        Split(String file) {
            this.file = file;
        }
    }

    private final String folder;
    private final @Nullable String pair;
    private final List<String> classes;
    private final List<String> written;
    private final List<String> metrics;

    Glue(String folder, @Nullable String pair, List<String> classes, String digits, List<String> metrics) {
        this.folder = folder;
        this.pair = pair;
        this.classes = classes;
        this.written = digits.isEmpty() ? classes : List.of(digits.split(""));
        this.metrics = metrics;
    }

    /// {@return the task of a name: `SST-2`, `sst2` and `sst_2` are one}
    /// @throws IllegalArgumentException for any other, with those there are
    public static Glue of(String name) {
        @Nullable Glue task = orNull(name);
        if (task == null) {
            List<String> names = Arrays.stream(values()).map(Glue::id).toList();
            throw new IllegalArgumentException(
                    "GLUE has no task '" + name + "', only " + String.join(", ", names) + Nearest.hint(name, names));
        }
        return task;
    }

    /// {@return the task of a name; null for any other}
    public static @Nullable Glue orNull(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
        return Arrays.stream(values())
                .filter(t -> t.id().equals(plain))
                .findFirst()
                .orElse(null);
    }

    /// {@return the name that data sets give it: `sst2`}
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// {@return the name that papers and folders give it: `SST-2`}
    public String title() {
        return folder;
    }

    /// {@return whether a number is asked for, not a class}
    public boolean isRegression() {
        return classes.isEmpty();
    }

    /// {@return whether two texts are asked about together}
    public boolean isPair() {
        return pair != null;
    }

    /// {@return the classes, as files write them and as they are named}
    /// @throws IllegalStateException for a task that asks for a number
    public LabelSet labels() {
        if (isRegression()) {
            throw new IllegalStateException(folder + " asks for a number; it has no classes");
        }
        return LabelSet.written(classes, written);
    }

    /// {@return the official metrics, by the names that reports give them; the first decides which model is
    /// best}
    public List<String> metrics() {
        return metrics;
    }

    /// Reads a part of the task. Rows that QQP's files are known to have broken are left out, as
    /// everywhere.
    ///
    /// @param root the folder that holds a folder a task, or the task's own
    /// @return the examples; without labels in the test parts that GLUE keeps to itself
    public List<TextExample> read(Path root, Split split) {
        Table table = new Table(file(root, split), TableFormat.TSV, true, List.of());
        boolean test = split == Split.TEST || split == Split.TEST_MISMATCHED;
        BadRows bad = this == QQP ? BadRows.skip() : BadRows.stop();
        Columns columns = columns(test);
        if (this == COLA && !test) {
            table = table.withoutHeader(List.of("source", "label", "star", "sentence"));
        }
        List<Row> rows = table.rows(bad);
        if (test) {
            return columns.unlabelled(rows, bad);
        }
        return isRegression() ? columns.measured(rows, bad) : columns.classified(rows, labels(), bad);
    }

    /// {@return whether the folder holds a part}
    public boolean has(Path root, Split split) {
        return candidates(root, split).anyMatch(Files::isRegularFile);
    }

    private Path file(Path root, Split split) {
        return candidates(root, split)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new TaskDataException("there is no "
                        + candidates(root, split).findFirst().orElseThrow() + " (.gz or not)"
                        + "; --glue-folder must name the folder that holds " + folder + "/train.tsv and its like"));
    }

    private Stream<Path> candidates(Path root, Split split) {
        List<Path> found = new ArrayList<>();
        for (Path at : List.of(root.resolve(folder), root)) {
            for (String name : names(split)) {
                found.add(at.resolve(name + ".tsv"));
                found.add(at.resolve(name + ".tsv.gz"));
            }
        }
        return found.stream();
    }

    private List<String> names(Split split) {
        if (this == MNLI && (split == Split.DEV || split == Split.TEST)) {
            return List.of(split.file + "_matched");
        }
        return List.of(split.file);
    }

    private Columns columns(boolean test) {
        String label = switch (this) {
            case COLA, SST2, QNLI, RTE, WNLI -> "label";
            case MRPC -> "Quality";
            case STSB -> "score";
            case QQP -> "is_duplicate";
            case MNLI -> "gold_label";
        };
        String text = switch (this) {
            case COLA, SST2 -> "sentence";
            case MRPC -> "#1 String";
            case STSB, MNLI, RTE, WNLI -> "sentence1";
            case QQP -> "question1";
            case QNLI -> "question";
        };
        return new Columns(text, pair, test ? null : label);
    }
}
