package dev.mokha.knowledge.triples;

import java.nio.file.Path;

/// Counts the bad lines of one import, and ends it when there are more than may be skipped.
public final class BadLines {
    private final long most;
    private final boolean skipping;
    private long skipped;

    /// @param most so many are skipped; 0 makes the first an error
    public BadLines(long most) {
        if (most < 0) {
            throw new IllegalArgumentException("up to " + most + " bad lines cannot be skipped; give 0 or more");
        }
        this.most = most;
        this.skipping = true;
    }

    private BadLines() {
        this.most = 0;
        this.skipping = false;
    }

    /// For a file in which every line counts, so that none can be skipped.
    static BadLines none() {
        return new BadLines();
    }

    /// Says that a line is bad.
    ///
    /// @throws MalformedFactsException when it is one too many
    public void found(Path file, long line, String what) {
        if (skipped == most) {
            throw new MalformedFactsException(
                    file,
                    line,
                    what + "; "
                            + (most == 0
                                    ? "mend the line" + (skipping ? ", or skip such lines with --skip-bad N" : "")
                                    : "it comes after " + most
                                            + " bad lines that were skipped, the most that --skip-bad " + most
                                            + " allows"));
        }
        skipped++;
    }

    /// {@return how many were skipped}
    public long skipped() {
        return skipped;
    }
}
