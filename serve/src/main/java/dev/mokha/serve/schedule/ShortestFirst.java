package dev.mokha.serve.schedule;

/// The job with the least predicted work left first (as S³,
/// [Jin et al. 2023](https://arxiv.org/abs/2306.06000), and others do): the lowest mean waiting time there
/// is, where predictions hold. Waiting counts against work, so long jobs come to their turn.
public final class ShortestFirst implements Policy {
    private final Predictor predictor;
    private final double decodeCost;
    private final double tokensPerSecond;

    /// @param predictor of answers' lengths
    /// @param decodeCost what a new token costs, in prompt tokens
    /// @param tokensPerSecond how much work, in prompt tokens, a second of waiting makes up for; above 0
    public ShortestFirst(Predictor predictor, double decodeCost, double tokensPerSecond) {
        if (!(decodeCost >= 0 && tokensPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "costs are not negative and waiting counts, unlike " + decodeCost + " and " + tokensPerSecond);
        }
        this.predictor = predictor;
        this.decodeCost = decodeCost;
        this.tokensPerSecond = tokensPerSecond;
    }

    @Override
    public double rank(Sequence sequence, long now) {
        Job job = sequence.job();
        double left = Math.max(0, predictor.newTokens(job) - sequence.generated());
        // The same `now` for all: waited = now - arrival, so the order needs the arrival alone.
        return sequence.remaining() + decodeCost * left + job.arrival() * 1e-9 * tokensPerSecond;
    }

    @Override
    public double newTokens(Job job) {
        return predictor.newTokens(job);
    }

    @Override
    public void ended(Job job, int newTokens, boolean finished) {
        if (finished) {
            predictor.observed(job, (double) newTokens / job.samples());
        }
    }
}
