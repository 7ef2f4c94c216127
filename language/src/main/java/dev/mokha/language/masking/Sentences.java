package dev.mokha.language.masking;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Where the sentences of a document end.
public sealed interface Sentences {
    /// {@return the document's sentences in order, stripped, none of them blank}
    List<String> split(String document);

    /// {@return a name that differs where the sentences would: part of what a cache is checked by}
    String name();

    /// One sentence a line, as in the official builder's input.
    static Sentences lines() {
        return new Lines();
    }

    /// By the rules that Java has for a language, each line on its own, and after the Arabic question mark and the
    /// Urdu full stop, which those rules don't know. They know no abbreviations: `Mr. Smith` is two sentences.
    static Sentences of(Locale locale) {
        return new Breaks(locale);
    }

    /// One sentence a line.
    record Lines() implements Sentences {
        @Override
        public List<String> split(String document) {
            return document.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        }

        @Override
        public String name() {
            return "lines";
        }
    }

    /// The sentences that a [BreakIterator] finds in each line.
    final class Breaks implements Sentences {
        private static final Pattern ARABIC_END = Pattern.compile("(?<=[\u061F\u06D4])\\s+");

        private final Locale locale;
        private final BreakIterator prototype;

        Breaks(Locale locale) {
            this.locale = locale;
            this.prototype = BreakIterator.getSentenceInstance(locale);
        }

        @Override
        public List<String> split(String document) {
            var breaks = (BreakIterator) prototype.clone(); // holds a position, so one for each thread
            List<String> sentences = new ArrayList<>();
            document.lines().forEach(line -> {
                breaks.setText(line);
                int from = breaks.first();
                for (int to = breaks.next(); to != BreakIterator.DONE; from = to, to = breaks.next()) {
                    ARABIC_END
                            .splitAsStream(line.substring(from, to))
                            .map(String::strip)
                            .filter(sentence -> !sentence.isEmpty())
                            .forEach(sentences::add);
                }
            });
            return sentences;
        }

        @Override
        public String name() {
            return "sentences-" + locale.toLanguageTag();
        }
    }
}
