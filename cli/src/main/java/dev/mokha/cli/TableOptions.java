package dev.mokha.cli;

import dev.mokha.language.finetune.Kind;
import dev.mokha.language.task.BadRows;
import dev.mokha.language.task.ChoiceColumns;
import dev.mokha.language.task.Columns;
import dev.mokha.language.task.ConllFile;
import dev.mokha.language.task.Example;
import dev.mokha.language.task.LabelSet;
import dev.mokha.language.task.Row;
import dev.mokha.language.task.Table;
import dev.mokha.language.task.TableFormat;
import dev.mokha.language.task.TaggedWords;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/// The options that say what a file of examples looks like.
final class TableOptions {
    @Option(names = "--text", defaultValue = "text", description = "Column of the text, or of a choice's context.")
    private String text;

    @Option(names = "--pair", description = "Column of the second text, or of what every choice begins with.")
    private @Nullable String pair;

    @Option(names = "--label", defaultValue = "label", description = "Column of the class, number or right choice.")
    private String label;

    @Option(names = "--choices", split = ",", description = "Columns of the choices, or one that holds a JSON list.")
    private List<String> choices = List.of("choices");

    @Option(
            names = "--format",
            converter = FormatConverter.class,
            description = "csv, tsv (a quote is a character), quoted-tsv or jsonl; else as the name ends.")
    private @Nullable TableFormat format;

    @Option(names = "--no-header", description = "The first line is a row; columns are called 1, 2 and so on.")
    private boolean noHeader;

    @Option(names = "--word-column", defaultValue = "0", description = "Of words, in CoNLL columns counted from 0.")
    private int wordColumn;

    @Option(names = "--tag-column", defaultValue = "-1", description = "Of tags, in CoNLL columns; -1 is the last.")
    private int tagColumn;

    @Option(names = "--skip-bad-rows", description = "Leaves bad rows out and counts them, and does not stop.")
    private boolean skip;

    static final class FormatConverter implements ITypeConverter<TableFormat> {
        @Override
        public TableFormat convert(String text) {
            return Choice.of(TableFormat.class, text);
        }
    }

    /// What bad rows do, as asked for.
    BadRows badRows() {
        return skip ? BadRows.skip() : BadRows.stop();
    }

    /// Tells what was left out.
    static void tell(BadRows bad, Path file, PrintWriter err) {
        if (bad.count() > 0) {
            err.println("left out " + bad.count() + " bad rows of " + file + ", such as:");
            bad.first().stream().limit(3).forEach(line -> err.println("  " + line));
        }
    }

    private Table table(Path file) {
        TableFormat known = format == null ? TableFormat.of(file) : format;
        return new Table(file, known, !noHeader, List.of());
    }

    private Columns columns() {
        return new Columns(text, pair, label);
    }

    private ConllFile conll(Path file) {
        return ConllFile.of(file).withColumns(wordColumn, tagColumn);
    }

    /// {@return the classes or tags that occur in a file; null for kinds without}
    @Nullable
    LabelSet labels(Path file, Kind kind) {
        return switch (kind) {
            case CLASSIFY -> columns().labels(table(file).rows(badRows()));
            case TAG -> ConllFile.tags(conll(file).read(badRows()));
            case REGRESS, CHOOSE -> null;
        };
    }

    /// {@return a file's examples with their labels}
    ///
    /// @param labels the classes, which the file's must be among
    List<? extends Example> examples(Path file, Kind kind, @Nullable LabelSet labels, PrintWriter err) {
        BadRows bad = badRows();
        List<? extends Example> examples = switch (kind) {
            case CLASSIFY -> columns().classified(rows(file, bad), Objects.requireNonNull(labels), bad);
            case REGRESS -> columns().measured(rows(file, bad), bad);
            case CHOOSE -> new ChoiceColumns(text, pair, choices, label).read(rows(file, bad), bad);
            case TAG -> known(conll(file).read(bad), Objects.requireNonNull(labels), bad);
        };
        tell(bad, file, err);
        return examples;
    }

    private static List<TaggedWords> known(List<TaggedWords> sentences, LabelSet labels, BadRows bad) {
        return sentences.stream()
                .filter(sentence -> bad.attempt(() -> {
                            sentence.requireTags(labels);
                            return sentence;
                        })
                        != null)
                .toList();
    }

    /// {@return a file's examples; labels that it may have are not read}
    List<? extends Example> unlabelled(Path file, Kind kind, PrintWriter err) {
        BadRows bad = badRows();
        List<? extends Example> examples = switch (kind) {
            case CLASSIFY, REGRESS -> columns().withoutLabel().unlabelled(rows(file, bad), bad);
            case CHOOSE -> new ChoiceColumns(text, pair, choices, null).read(rows(file, bad), bad);
            case TAG -> conll(file).untagged().read(bad);
        };
        tell(bad, file, err);
        return examples;
    }

    private List<Row> rows(Path file, BadRows bad) {
        return table(file).rows(bad);
    }
}
