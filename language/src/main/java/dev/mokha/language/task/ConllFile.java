package dev.mokha.language.task;

import dev.mokha.nn.metric.Span;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Sentences in columns, a word a line, a blank line between sentences, as in the CoNLL shared tasks. Lines
/// that begin with `-DOCSTART-` are skipped.
///
/// @param file gzipped or not
/// @param separator what stands between columns
/// @param word the column of words, from 0
/// @param tag the column of tags, from 0; −1 for the last
/// @param tagged whether there are tags
public record ConllFile(Path file, String separator, int word, int tag, boolean tagged) {
    public ConllFile {
        if (word < 0 || tag < -1) {
            throw new IllegalArgumentException(
                    "columns count from 0, and −1 is the last for tags; they were " + word + " and " + tag);
        }
    }

    /// {@return a file of words in the first column and tags in the last, with blanks or tabs between}
    public static ConllFile of(Path file) {
        return new ConllFile(file, "[ \\t]+", 0, -1, true);
    }

    public ConllFile withColumns(int word, int tag) {
        return new ConllFile(file, separator, word, tag, tagged);
    }

    /// {@return the words only: a file to predict for}
    public ConllFile untagged() {
        return new ConllFile(file, separator, word, tag, false);
    }

    /// Reads all sentences; a bad line costs its sentence.
    public List<TaggedWords> read(BadRows bad) {
        Pattern between = Pattern.compile(separator);
        var sentences = new Sentences(bad);
        try (var lines = new BufferedReader(new StringReader(TextFile.read(file).text()))) {
            long number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank() || line.startsWith("-DOCSTART-")) {
                    sentences.end();
                } else {
                    sentences.add(new Place(file, number), between.split(line.strip(), -1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string cannot fail to be read
        }
        sentences.end();
        if (sentences.all.isEmpty()) {
            throw new TaskDataException(file + " has no sentence that can be used"
                    + (bad.count() > 0 ? ": " + bad.first().getFirst() : "; it should hold a word and a tag a line"));
        }
        return sentences.all;
    }

    /// {@return the tags that occur: `O` first, then by type, B before I}
    public static LabelSet tags(List<TaggedWords> sentences) {
        List<String> tags = sentences.stream()
                .flatMap(s -> s.tags().stream())
                .distinct()
                .filter(tag -> !tag.equals("O"))
                .sorted((a, b) -> {
                    int types = a.substring(2).compareTo(b.substring(2));
                    return types != 0 ? types : Character.compare(a.charAt(0), b.charAt(0));
                })
                .toList();
        if (tags.isEmpty()) {
            throw new TaskDataException(
                    sentences.getFirst().place().file() + ": every tag is O; there is no entity to learn from");
        }
        List<String> names = new ArrayList<>(List.of("O"));
        names.addAll(tags);
        return LabelSet.of(names);
    }

    private final class Sentences {
        private final List<TaggedWords> all = new ArrayList<>();
        private final BadRows bad;
        private final List<String> words = new ArrayList<>();
        private final List<String> tags = new ArrayList<>();
        private long first;
        private boolean broken;

        Sentences(BadRows bad) {
            this.bad = bad;
        }

        void add(Place place, String[] fields) {
            first = first == 0 ? place.line() : first;
            if (broken) {
                return;
            }
            try {
                words.add(field(place, fields, word, "word"));
                if (tagged) {
                    tags.add(tag(place, fields));
                }
            } catch (TaskDataException e) {
                bad.found(e);
                broken = true;
            }
        }

        private String tag(Place place, String[] fields) {
            int column = tag < 0 ? fields.length - 1 : tag;
            if (column == word) {
                throw place.error("one field, '" + fields[0] + "', where a word and a tag are needed");
            }
            String found = field(place, fields, column, "tag");
            try {
                Span.letter(found);
            } catch (IllegalArgumentException e) {
                throw place.error(e.getMessage() + " (PER, LOC, …); is --tag-column right?");
            }
            return found;
        }

        private String field(Place place, String[] fields, int column, String what) {
            if (column >= fields.length || fields[column].isEmpty()) {
                throw place.error(
                        "no " + what + " in column " + column + " of " + fields.length + "; columns count from 0");
            }
            return fields[column];
        }

        void end() {
            if (!words.isEmpty() && !broken) {
                all.add(new TaggedWords(new Place(file, first), words, tags));
            }
            words.clear();
            tags.clear();
            broken = false;
            first = 0;
        }
    }
}
