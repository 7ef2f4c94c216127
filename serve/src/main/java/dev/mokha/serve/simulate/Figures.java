package dev.mokha.serve.simulate;

import dev.mokha.serve.schedule.Ended;
import dev.mokha.serve.schedule.SchedulerState;
import dev.mokha.serve.schedule.StepPlan;
import dev.mokha.serve.schedule.Targets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Collects what a simulation sees.
final class Figures {
    private static final double SECOND = 1e9;

    private final Targets targets;
    private final Times firstToken = new Times();
    private final Times perToken = new Times();
    private final Times betweenTokens = new Times();
    private final Times whole = new Times();
    private final Times queue = new Times();
    private final Map<Long, Long> lastToken = new HashMap<>();
    private final Map<String, Tenant> tenants = new TreeMap<>();
    private final Map<Ended.Reason, Integer> reasons = new TreeMap<>();
    private int refused;
    private int good;
    private long promptTokens;
    private long newTokens;
    private double busy;
    private double usage;
    private double mostUsage;
    private double running;
    private double queued;
    private int mostQueued;
    private long steps;
    private double longestStep;

    Figures(Targets targets) {
        this.targets = targets;
    }

    /// Numbers that become more.
    private static final class Times {
        private double[] seconds = new double[64];
        private int size;

        void between(long from, long to) {
            add((double) (to - from));
        }

        void add(double nanos) {
            if (size == seconds.length) {
                seconds = Arrays.copyOf(seconds, 2 * size);
            }
            seconds[size++] = nanos / SECOND;
        }

        Latency latency() {
            return Latency.of(Arrays.copyOf(seconds, size));
        }
    }

    private static final class Tenant {
        private final Times firstToken = new Times();
        private int finished;
        private int refused;
        private long newTokens;
    }

    private Tenant tenant(String name) {
        return tenants.computeIfAbsent(name, _ -> new Tenant());
    }

    void refused(String tenant) {
        refused++;
        tenant(tenant).refused++;
    }

    void token(long job, long now) {
        Long before = lastToken.put(job, now);
        if (before != null) {
            betweenTokens.between(before, now);
        }
    }

    void step(StepPlan plan, long nanos, SchedulerState state) {
        steps++;
        busy += nanos;
        longestStep = Math.max(longestStep, nanos / SECOND);
        usage += state.blocks().usage() * nanos;
        mostUsage = Math.max(mostUsage, state.blocks().usage());
        running += (double) plan.slices().size() * nanos;
        queued += (double) state.queued() * nanos;
        mostQueued = Math.max(mostQueued, state.queued());
    }

    void ended(Ended ended) {
        Ended.Account account = ended.account();
        long arrival = ended.job().arrival();
        lastToken.remove(ended.job().id());
        reasons.merge(ended.reason(), 1, Integer::sum);
        if (ended.reason() != Ended.Reason.DONE) {
            return;
        }
        Tenant tenant = tenant(ended.job().tenant());
        tenant.finished++;
        tenant.newTokens += account.newTokens();
        tenant.firstToken.between(arrival, account.firstToken());
        promptTokens += ended.job().prompt().length();
        newTokens += account.newTokens();
        queue.between(arrival, account.started());
        firstToken.between(arrival, account.firstToken());
        whole.between(arrival, account.lastToken());
        double each = account.newTokens() < 2
                ? 0
                : (double) (account.lastToken() - account.firstToken()) / (account.newTokens() - 1);
        if (account.newTokens() > 1) {
            perToken.add(each);
        }
        if (account.firstToken() - arrival <= targets.firstToken() && each <= targets.perToken()) {
            good++;
        }
    }

    Report report(int requests, long end, SchedulerState state) {
        double seconds = end / SECOND;
        int finished = reasons.getOrDefault(Ended.Reason.DONE, 0);
        Map<String, Report.Tenant> byTenant = new TreeMap<>();
        tenants.forEach((name, tenant) -> byTenant.put(
                name,
                new Report.Tenant(tenant.finished, tenant.refused, tenant.newTokens, tenant.firstToken.latency())));
        return new Report(
                new Report.Counts(
                        requests,
                        finished,
                        refused,
                        reasons.getOrDefault(Ended.Reason.QUEUE_TIMEOUT, 0),
                        reasons.getOrDefault(Ended.Reason.TOO_LATE, 0),
                        good),
                new Report.Times(
                        firstToken.latency(),
                        perToken.latency(),
                        betweenTokens.latency(),
                        whole.latency(),
                        queue.latency()),
                new Report.Rates(
                        seconds, finished / seconds, promptTokens / seconds, newTokens / seconds, good / seconds),
                new Report.Load(
                        steps,
                        busy / SECOND / seconds,
                        longestStep,
                        running / busy,
                        queued / busy,
                        mostQueued,
                        usage / busy,
                        mostUsage,
                        state.preemptions(),
                        state.prefix().hitRate()),
                byTenant);
    }
}
