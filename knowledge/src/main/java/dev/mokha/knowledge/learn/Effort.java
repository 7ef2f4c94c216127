package dev.mokha.knowledge.learn;

/// How much of the graph the learning of a snapshot looks at.
///
/// @param pool so many of the entities that are known already are worked with, beside those of the
///     snapshot's own facts: negatives are drawn from them, and answers stand among them. Where there are
///     no more, all are, and the result is that of the method itself. Of relations likewise
/// @param tests so many of the earlier snapshots' test facts are asked at most
/// @param compare whether earlier tests are also asked before the snapshot is learned
public record Effort(int pool, int tests, boolean compare) {
    /// The whole graph, all tests.
    public static final Effort WHOLE = new Effort(Integer.MAX_VALUE, Integer.MAX_VALUE, false);

    /// What an update's cost stays near flat with, however large the graph is.
    public static final Effort UPDATE = new Effort(10_000, 1_000, true);

    public Effort {
        if (pool < 0 || tests < 0) {
            throw new IllegalArgumentException("pool and tests are 0 or more, not " + pool + " and " + tests);
        }
    }
}
