package dev.mokha.language.generate;

import java.util.List;

/// Watches a growing text for stop texts. What could be the beginning of one is held back until it is certain,
/// so that no part of a stop text is ever given out, unless it is to be kept. For one answer and one thread.
public final class StopTexts {
    private final List<String> stops;
    private final boolean kept;
    private final StringBuilder given = new StringBuilder();
    private final StringBuilder held = new StringBuilder();
    private boolean stopped;

    /// @param kept whether the stop text that comes is given out too
    public StopTexts(List<String> stops, boolean kept) {
        this.stops = List.copyOf(stops);
        this.kept = kept;
    }

    /// {@return the text that is certain now and belongs to the answer}
    public String push(String text) {
        for (int i = 0; i < text.length() && !stopped; i++) {
            held.append(text.charAt(i)); // one by one, so that how the text is cut makes no difference
            int stop = longestStopAtTheEnd();
            if (stop > 0) {
                stopped = true;
                held.setLength(held.length() - (kept ? 0 : stop));
                given.append(held);
                held.setLength(0);
            } else {
                int certain = held.length() - possibleBeginning();
                given.append(held, 0, certain);
                held.delete(0, certain);
            }
        }
        return take(given);
    }

    /// {@return what was held back; no more text comes}
    public String finish() {
        return take(held);
    }

    /// {@return whether a stop text has come}
    public boolean stopped() {
        return stopped;
    }

    private static String take(StringBuilder from) {
        String text = from.toString();
        from.setLength(0);
        return text;
    }

    private int longestStopAtTheEnd() {
        int longest = 0;
        for (String stop : stops) {
            if (stop.length() > longest
                    && held.length() >= stop.length()
                    && held.indexOf(stop, held.length() - stop.length()) >= 0) {
                longest = stop.length();
            }
        }
        return longest;
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
