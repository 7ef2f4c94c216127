package dev.mokha.serve.draft;

/// What drafts cost, measured while the engine runs: a step's time is taken to be `base + row · rows`, fitted
/// to the latest steps; a draft's own pass costs what it took lately.
///
/// All costs are shares of a step of one row. Speeds change with them, texts never do.
public final class Costs {
    private static final double DECAY = 0.97;
    /// A row's share of a step before enough is known: weights are read once for all rows.
    private static final double USUAL_ROW = 0.03;
    private static final double USUAL_PASS = 0.15;

    private final boolean counted;
    private double weight;
    private double rows;
    private double nanos;
    private double rowsSquared;
    private double rowsByNanos;
    private double passNanos;

    /// @param counted whether costs matter; without, any draft is worth it
    public Costs(boolean counted) {
        this.counted = counted;
    }

    /// A step that only continued answers.
    public void step(int rows, long nanos) {
        weight = DECAY * weight + 1;
        this.rows = DECAY * this.rows + rows;
        this.nanos = DECAY * this.nanos + nanos;
        rowsSquared = DECAY * rowsSquared + (double) rows * rows;
        rowsByNanos = DECAY * rowsByNanos + (double) rows * nanos;
    }

    /// A pass that drafted one token for each of its sequences.
    public void pass(long nanos) {
        passNanos = passNanos == 0 ? nanos : passNanos + (nanos - passNanos) / 16;
    }

    private double slope() {
        double variance = rowsSquared / weight - (rows / weight) * (rows / weight);
        double mean = nanos / weight;
        if (variance < 0.5) {
            return USUAL_ROW * mean;
        }
        double slope = (rowsByNanos / weight - (rows / weight) * mean) / variance;
        return Math.clamp(slope, 0, mean);
    }

    /// The time of a step of one row.
    private double one() {
        return Math.max(nanos / weight - slope() * (rows / weight - 1), 0.05 * nanos / weight);
    }

    /// {@return what one more row costs}
    public double row() {
        return weight < 4 ? USUAL_ROW : slope() / one();
    }

    /// {@return what a draft's pass costs}
    public double pass() {
        return weight < 4 || passNanos == 0 ? USUAL_PASS : passNanos / one();
    }

    /// Whether one more draft makes the step worth more: its chance exceeds what it costs at the speed so far,
    /// `expected / cost` tokens in the time of a step.
    ///
    /// @param chance that it is accepted, with all before it
    /// @param expected tokens of the step so far, its own one counted
    /// @param spent the step's cost so far, 1 without drafts
    /// @param more what the draft costs
    public boolean isWorth(double chance, double expected, double spent, double more) {
        return !counted || chance * spent > more * expected;
    }

    /// {@return how many drafts are worth a row each, where each is right with the same chance behind the last}
    public int worth(double chance, double each, int most) {
        double expected = 1;
        double product = chance;
        int count = 0;
        while (count < most && isWorth(product, expected, 1 + count * each, each)) {
            expected += product;
            product *= chance;
            count++;
        }
        return count;
    }
}
