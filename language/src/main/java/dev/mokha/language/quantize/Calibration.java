package dev.mokha.language.quantize;

import dev.mokha.language.corpus.Document;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Text that shows what a model's weights are multiplied with: windows of equal length, read some at once.
///
/// @param windows tokens, all of one length
/// @param batch windows read at once
public record Calibration(List<int[]> windows, int batch) {
    public Calibration {
        windows = List.copyOf(windows);
        if (windows.isEmpty() || batch < 1) {
            throw new IllegalArgumentException("calibration needs text, and at least 1 window at once");
        }
        int length = windows.getFirst().length;
        if (windows.stream().anyMatch(window -> window.length != length)) {
            throw new IllegalArgumentException("calibration windows are all of one length");
        }
    }

    /// Takes windows from texts, evenly spread over them.
    ///
    /// @param endOfText stands between the texts
    /// @param samples how many windows at most
    /// @param context tokens of each
    /// @throws IllegalArgumentException when the texts are shorter than one window
    public static Calibration of(
            List<Document> texts, Tokenizer tokenizer, int endOfText, int samples, int context, int batch) {
        if (samples < 1 || context < 1) {
            throw new IllegalArgumentException(
                    "calibration takes at least 1 sample of 1 token, not " + samples + " of " + context);
        }
        var tokens = new ArrayList<int[]>();
        int count = 0;
        for (Document text : texts) {
            int[] ids = tokenizer.encodeIds(text.text(), false);
            int[] whole = Arrays.copyOf(ids, ids.length + 1);
            whole[ids.length] = endOfText;
            tokens.add(whole);
            count += whole.length;
        }
        int[] all = new int[count];
        int at = 0;
        for (int[] ids : tokens) {
            System.arraycopy(ids, 0, all, at, ids.length);
            at += ids.length;
        }
        if (count < context) {
            throw new IllegalArgumentException("the calibration text has " + count + " tokens, fewer than a window of "
                    + context + "; give more, or a smaller --context");
        }
        int windows = Math.min(samples, count / context);
        var cut = new ArrayList<int[]>();
        for (int i = 0; i < windows; i++) {
            int from = (int) ((long) i * (count - context) / Math.max(1, windows - 1));
            cut.add(Arrays.copyOfRange(all, from, from + context));
        }
        return new Calibration(cut, batch);
    }
}
