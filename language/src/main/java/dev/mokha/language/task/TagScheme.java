package dev.mokha.language.task;

import dev.mokha.nn.metric.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// How tags say where an entity begins and ends.
public enum TagScheme {
    /// `I`, and `B` only where an entity follows another of its type (CoNLL 2003's files).
    IOB1,
    /// `B` on the first word of each entity, `I` on the rest.
    IOB2,
    /// As IOB2, with `E` on the last word and `S` on an entity of one; also written with `L` and `U`.
    BIOES;

    /// {@return the scheme that tags are written in: BIOES where an `E` or `S` occurs, IOB1 where `B`
    /// stands only between entities of one type, else IOB2, in which a stray `I` is taken for a beginning}
    public static TagScheme of(List<List<String>> sentences) {
        boolean begins = false;
        boolean bare = false;
        for (List<String> tags : sentences) {
            String before = "O";
            for (String tag : tags) {
                char letter = Span.letter(tag);
                if (letter == 'E' || letter == 'S') {
                    return BIOES;
                }
                boolean follows =
                        !before.equals("O") && !tag.equals("O") && type(before).equals(type(tag));
                begins |= letter == 'B' && !follows; // which IOB1 would write I
                bare |= letter == 'I' && !follows;
                before = tag;
            }
        }
        return bare && !begins ? IOB1 : IOB2;
    }

    private static String type(String tag) {
        return tag.substring(2);
    }

    /// {@return the tags of a sentence with these entities}
    public List<String> write(List<Span> spans, int words) {
        List<String> tags = new ArrayList<>(Collections.nCopies(words, "O"));
        String typeBefore = "";
        int endBefore = -1;
        for (Span span : spans) {
            boolean follows = span.start() == endBefore && span.type().equals(typeBefore);
            for (int i = span.start(); i < span.end(); i++) {
                tags.set(i, letter(span, i, follows) + "-" + span.type());
            }
            typeBefore = span.type();
            endBefore = span.end();
        }
        return List.copyOf(tags);
    }

    private char letter(Span span, int word, boolean follows) {
        boolean first = word == span.start();
        boolean last = word == span.end() - 1;
        return switch (this) {
            case IOB1 -> first && follows ? 'B' : 'I';
            case IOB2 -> first ? 'B' : 'I';
            case BIOES -> first && last ? 'S' : first ? 'B' : last ? 'E' : 'I';
        };
    }

    /// {@return tags of any scheme in this one}
    public List<String> convert(List<String> tags) {
        return write(Span.read(tags), tags.size());
    }
}
