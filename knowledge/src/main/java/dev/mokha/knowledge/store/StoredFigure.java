package dev.mokha.knowledge.store;

/// How a model did on the test facts of one snapshot: h(i, j).
///
/// @param learned i: the last snapshot that it had learned, or was about to learn
/// @param test j: whose test facts
/// @param moment whether the snapshot i had been learned
/// @param among which entities the right answers stood among
/// @param count of how many ranks, two for each fact
/// @param candidates how many entities these were
/// @param mr the mean rank
/// @param mrr the mean of `1 / rank`
/// @param hits1 which part ranks first; likewise up to 3, 5 and 10
public record StoredFigure(
        int learned,
        int test,
        Moment moment,
        Among among,
        long count,
        int candidates,
        double mr,
        double mrr,
        double hits1,
        double hits3,
        double hits5,
        double hits10) {

    /// Whether the snapshot had been learned.
    public enum Moment {
        /// Room was made for what is new, and nothing of it learned: what earlier snapshots are worth for
        /// it.
        BEFORE,
        /// Once it was learned.
        AFTER
    }

    /// Which entities a right answer stands among.
    public enum Among {
        /// Those that there were in the snapshot that the test belongs to: what LKGE and its followers
        /// publish.
        SNAPSHOT,
        /// All that there are by now.
        NOW,
        /// Those that an update works with, drawn from all, as many as `candidates` says.
        POOL
    }
}
