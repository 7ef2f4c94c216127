package dev.mokha.text.train;

import dev.mokha.text.unicode.Scripts;
import java.lang.Character.UnicodeScript;
import org.jspecify.annotations.Nullable;

/// Cuts text as SentencePiece's trainer does (`split_by_whitespace`, `split_by_unicode_script`,
/// `split_by_number`, `split_digits`): each line begins with `▁`, each space becomes one and begins a word, and a
/// word is cut where the script changes, since no piece may hold two. Text is taken as it is: identity
/// normalisation.
///
/// A line break is no part of any word: it stays a byte piece, as in Llama 2.
///
/// @param splitByScript no piece crosses a script boundary (punctuation and digits count as one script)
/// @param splitByNumber digits 0–9 are of that script; otherwise they go with any
/// @param splitDigits each digit 0–9 is a word of its own
/// @param dummyPrefix a line begins with `▁` though no space stood there
public record SentencePieceSplitter(
        boolean splitByScript, boolean splitByNumber, boolean splitDigits, boolean dummyPrefix)
        implements WordSplitter {
    static final char SPACE_MARK = '\u2581';

    /// As Llama 2's model was trained: all on.
    public static SentencePieceSplitter llama() {
        return new SentencePieceSplitter(true, true, true, true);
    }

    @Override
    public void split(String document, WordSink sink) {
        int start = 0;
        while (start < document.length()) {
            int end = start;
            while (end < document.length() && document.charAt(end) != '\n' && document.charAt(end) != '\r') {
                end++;
            }
            if (end > start) {
                String line = document.substring(start, end).replace(' ', SPACE_MARK);
                splitLine(dummyPrefix ? SPACE_MARK + line : line, sink);
            }
            start = end + 1;
        }
    }

    private void splitLine(String line, WordSink sink) {
        int start = 0;
        UnicodeScript script = null; // of the word so far; null where any may follow
        boolean wasDigit = false;
        for (int i = 0; i < line.length(); ) {
            int c = line.codePointAt(i);
            if (c == SPACE_MARK) {
                emit(line, start, i, sink);
                start = i;
                script = null;
                wasDigit = false;
            } else {
                boolean digit = c >= '0' && c <= '9';
                UnicodeScript own = scriptOf(c, digit, script);
                boolean cut = (splitDigits && (digit || wasDigit))
                        || (splitByScript && own != null && script != null && own != script);
                if (cut && i > start) {
                    emit(line, start, i, sink);
                    start = i;
                }
                script = own;
                wasDigit = digit;
            }
            i += Character.charCount(c);
        }
        emit(line, start, line.length(), sink);
    }

    /// A combining mark is of the script of its letter; null goes with any script.
    private @Nullable UnicodeScript scriptOf(int c, boolean digit, @Nullable UnicodeScript before) {
        if (digit && !splitByNumber) {
            return null;
        }
        UnicodeScript script = Scripts.of(c);
        return script == UnicodeScript.INHERITED ? before : script;
    }

    private static void emit(String line, int start, int end, WordSink sink) {
        if (end > start) {
            sink.word(line, start, end);
        }
    }
}
