package dev.mokha.nn.metric;

import java.util.ArrayList;
import java.util.List;

/// An entity: a type and the words from `start` up to, but without, `end`.
public record Span(String type, int start, int end) {
    public Span {
        if (start < 0 || end <= start) {
            throw new IllegalArgumentException("a span must hold a word, not [" + start + ", " + end + ")");
        }
    }

    /// Reads spans out of tags as the `conlleval` program of the CoNLL shared tasks does, which takes any
    /// of the schemes IOB1, IOB2 and BIOES (with S and E, or U and L) and no tag sequence for an error.
    ///
    /// A span begins at `B` and `S`, at any tag after `O`, `E` or `S`, and where the type changes; it ends
    /// before such a tag, before `O`, and after `E` and `S`.
    ///
    /// @param tags `O`, or a letter, `-` and a type, one a word
    /// @throws IllegalArgumentException for anything else
    public static List<Span> read(List<String> tags) {
        List<Span> spans = new ArrayList<>();
        int start = -1;
        String type = "";
        for (int i = 0; i < tags.size(); i++) {
            char letter = letter(tags.get(i));
            String next = letter == 'O' ? "" : tags.get(i).substring(2);
            boolean begins = letter != 'O' && (start < 0 || letter == 'B' || letter == 'S' || !next.equals(type));
            if (start >= 0 && (begins || letter == 'O')) {
                spans.add(new Span(type, start, i));
                start = -1;
            }
            if (begins) {
                start = i;
                type = next;
            }
            if (letter == 'E' || letter == 'S') {
                spans.add(new Span(type, start, i + 1));
                start = -1;
            }
        }
        if (start >= 0) {
            spans.add(new Span(type, start, tags.size()));
        }
        return List.copyOf(spans);
    }

    /// {@return what a tag says of its word: O, B, I, E or S; U is read as S and L as E}
    public static char letter(String tag) {
        if (tag.equals("O")) {
            return 'O';
        }
        char letter = tag.isEmpty() ? ' ' : tag.charAt(0);
        if (tag.length() < 3 || tag.charAt(1) != '-' || "BIESUL".indexOf(letter) < 0) {
            throw new IllegalArgumentException("'" + tag + "' is no tag: write O, or B-, I-, E- or S- and a type");
        }
        return switch (letter) {
            case 'U' -> 'S';
            case 'L' -> 'E';
            default -> letter;
        };
    }
}
