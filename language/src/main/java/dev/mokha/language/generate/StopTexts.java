package dev.mokha.language.generate;

import java.util.List;

/// Watches a growing text for stop texts. What could be the beginning of one is held back until it is certain,
/// so that no part of a stop text is ever given out. For one answer and one thread.
final class StopTexts {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean stopped;

    StopTexts(List<String> stops) {
        this.stops = List.copyOf(stops);
    }

    /// {@return the text that is certain now and belongs to the answer}
    String push(String text) {
        if (stopped) {
            return "";
        }
        held.append(text);
        int end = firstStop();
        if (end >= 0) {
            stopped = true;
            return take(end);
        }
        return take(held.length() - possibleBeginning());
    }

    /// {@return what was held back; no more text comes}
    String finish() {
        return stopped ? "" : take(held.length());
    }

    /// {@return whether a stop text has come}
    boolean stopped() {
        return stopped;
    }

    private String take(int length) {
        String text = held.substring(0, length);
        held.delete(0, length);
        return text;
    }

    private int firstStop() {
        int first = -1;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            if (at >= 0 && (first < 0 || at < first)) {
                first = at;
            }
        }
        return first;
    }

    /// The length of the longest end of the held text that some stop text begins with.
    private int possibleBeginning() {
        int longest = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
                if (stop.startsWith(held.substring(held.length() - length))) {
                    longest = length;
                }
            }
        }
        return longest;
    }
}
