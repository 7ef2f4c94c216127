package dev.mokha.serve.schedule;

import java.util.HashMap;
import java.util.Map;

/// The tenant that was given least first: the virtual token counter of
/// [Sheng et al. 2024, §4](https://arxiv.org/abs/2401.00588). Each tenant's counter grows by what is computed
/// for it, divided by its weight; one that comes back is lifted to the least of those who are there, so that
/// nobody saves up.
///
/// Between two tenants that always have jobs waiting, the weighted service differs by at most
/// `2 · max(promptWeight · longest prompt, tokenWeight · tokens that run at once)` (theorem 4.4), whatever
/// they send. What the prefix cache saves is not charged, and a preempted job goes before others as it has
/// paid.
public final class FairShare implements Policy {
    private final double promptWeight;
    private final double tokenWeight;
    private final Map<String, Double> shares;
    private final Map<String, Account> accounts = new HashMap<>();
    private double last;

    /// The paper's weights: a prompt token 1, a new one 2, all tenants alike.
    public FairShare() {
        this(1, 2, Map.of());
    }

    /// @param promptWeight what a prompt token counts
    /// @param tokenWeight what a new token counts
    /// @param shares of tenants that are to have more or less than 1
    public FairShare(double promptWeight, double tokenWeight, Map<String, Double> shares) {
        if (!(promptWeight >= 0 && tokenWeight > 0) || shares.values().stream().anyMatch(share -> !(share > 0))) {
            throw new IllegalArgumentException(
                    "weights and shares are positive, unlike " + promptWeight + ", " + tokenWeight + " and " + shares);
        }
        this.promptWeight = promptWeight;
        this.tokenWeight = tokenWeight;
        this.shares = Map.copyOf(shares);
    }

    /// {@return what a tenant was given so far, weighted; lifts counted}
    public double counter(String tenant) {
        Account account = accounts.get(tenant);
        return account == null ? 0 : account.counter;
    }

    @Override
    public double rank(Sequence sequence, long now) {
        return !sequence.begun() || sequence.running() ? counter(sequence.job().tenant()) : Double.NEGATIVE_INFINITY;
    }

    @Override
    public void queued(Job job, long now) {
        Account account = accounts.computeIfAbsent(job.tenant(), _ -> new Account());
        if (account.jobs == 0) {
            double least = accounts.values().stream()
                    .filter(other -> other.jobs > 0)
                    .mapToDouble(other -> other.counter)
                    .min()
                    .orElse(last);
            account.counter = Math.max(account.counter, least);
        }
        account.jobs++;
    }

    @Override
    public void computed(Job job, int promptTokens) {
        charge(job, promptWeight * promptTokens);
    }

    @Override
    public void generated(Job job, int newTokens) {
        charge(job, tokenWeight * newTokens);
    }

    @Override
    public void ended(Job job, int newTokens, boolean finished) {
        Account account = accounts.get(job.tenant());
        if (account != null && --account.jobs == 0) {
            last = Math.max(last, account.counter);
        }
    }

    private void charge(Job job, double tokens) {
        Account account = accounts.get(job.tenant());
        if (account != null) {
            account.counter += tokens / shares.getOrDefault(job.tenant(), 1.0);
        }
    }

    private static final class Account {
        private double counter;
        private int jobs;
    }
}
