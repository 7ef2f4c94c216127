package dev.mokha.serve.schedule;

import java.util.HashMap;
import java.util.Map;

/// Predicts that a tenant's next answer is as long as its last ones were, the newest counting most; before
/// any, half of what the job allows.
public final class TenantHistory implements Predictor {
    private final double weight;
    private final Map<String, Double> means = new HashMap<>();

    /// @param weight of the newest answer, above 0 and at most 1
    public TenantHistory(double weight) {
        if (!(weight > 0 && weight <= 1)) {
            throw new IllegalArgumentException("a weight is above 0 and at most 1, not " + weight);
        }
        this.weight = weight;
    }

    @Override
    public double newTokens(Job job) {
        Double mean = means.get(job.tenant());
        return Math.min(job.maxNewTokens(), mean == null ? job.maxNewTokens() / 2.0 : mean);
    }

    @Override
    public void observed(Job job, double newTokens) {
        means.merge(job.tenant(), newTokens, (mean, newest) -> mean + weight * (newest - mean));
    }
}
