package dev.mokha.cli.facts;

import java.util.Locale;

/// Numbers for people.
public final class Sizes {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Sizes() {}

    /// {@return a number of bytes such as `1.5 MiB`}
    public static String bytes(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
    }

    /// {@return a number such as `16,000`}
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /// {@return `1 file`, `2 files`}
    public static String plural(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }
}
