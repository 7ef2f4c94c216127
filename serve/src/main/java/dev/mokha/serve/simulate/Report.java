package dev.mokha.serve.simulate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What became of a workload.
///
/// @param counts of requests
/// @param times of those that were finished
/// @param rates over the whole time
/// @param load of the server, over the time in which it computed
/// @param tenants by name
public record Report(Counts counts, Times times, Rates rates, Load load, Map<String, Tenant> tenants) {
    public Report {
        tenants = Collections.unmodifiableMap(new LinkedHashMap<>(tenants));
    }

    /// Requests.
    ///
    /// @param requests in all
    /// @param finished with their whole answer
    /// @param refused at once
    /// @param timedOut in the queue
    /// @param dropped as too late
    /// @param good finished within both targets
    public record Counts(int requests, int finished, int refused, int timedOut, int dropped, int good) {
        /// {@return the part of all requests that was finished within both targets}
        public double goodPart() {
            return requests == 0 ? 0 : (double) good / requests;
        }
    }

    /// Times.
    ///
    /// @param firstToken from arrival (TTFT)
    /// @param perToken mean of a request's further tokens (TPOT)
    /// @param betweenTokens every gap between two steps that gave a request tokens (ITL)
    /// @param whole from arrival to the last token
    /// @param queue from arrival to the first step
    public record Times(Latency firstToken, Latency perToken, Latency betweenTokens, Latency whole, Latency queue) {}

    /// Rates a second.
    ///
    /// @param seconds from the first arrival to the last token
    /// @param requests finished
    /// @param promptTokens of them
    /// @param newTokens of them
    /// @param good finished within both targets: goodput
    public record Rates(double seconds, double requests, double promptTokens, double newTokens, double good) {}

    /// Load.
    ///
    /// @param steps computed
    /// @param busy part of the time in which a step was computed
    /// @param longestStep in seconds
    /// @param running sequences in a step, on average
    /// @param queued requests, on average
    /// @param mostQueued at any time
    /// @param usage of the blocks, on average
    /// @param mostUsage at any time
    /// @param preemptions of sequences
    /// @param hitRate part of the prompts' tokens that was in the cache
    public record Load(
            long steps,
            double busy,
            double longestStep,
            double running,
            double queued,
            int mostQueued,
            double usage,
            double mostUsage,
            long preemptions,
            double hitRate) {}

    /// A tenant's part.
    ///
    /// @param finished requests
    /// @param refused requests
    /// @param newTokens of the finished
    /// @param firstToken of the finished
    public record Tenant(int finished, int refused, long newTokens, Latency firstToken) {}

    /// {@return all figures by name, times in seconds}
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("requests", counts.requests());
        map.put("finished", counts.finished());
        map.put("refused", counts.refused());
        map.put("timed_out", counts.timedOut());
        map.put("dropped", counts.dropped());
        map.put("good", counts.good());
        map.put("good_part", counts.goodPart());
        map.put("ttft", times.firstToken().toMap());
        map.put("tpot", times.perToken().toMap());
        map.put("itl", times.betweenTokens().toMap());
        map.put("e2e", times.whole().toMap());
        map.put("queue", times.queue().toMap());
        map.put("seconds", rates.seconds());
        map.put("requests_per_second", rates.requests());
        map.put("prompt_tokens_per_second", rates.promptTokens());
        map.put("new_tokens_per_second", rates.newTokens());
        map.put("good_per_second", rates.good());
        map.put("steps", load.steps());
        map.put("busy", load.busy());
        map.put("longest_step", load.longestStep());
        map.put("mean_running", load.running());
        map.put("mean_queued", load.queued());
        map.put("most_queued", load.mostQueued());
        map.put("mean_kv_usage", load.usage());
        map.put("most_kv_usage", load.mostUsage());
        map.put("preemptions", load.preemptions());
        map.put("prefix_hit_rate", load.hitRate());
        Map<String, Object> each = new LinkedHashMap<>();
        tenants.forEach((name, tenant) -> {
            Map<String, Object> part = new LinkedHashMap<>();
            part.put("finished", tenant.finished());
            part.put("refused", tenant.refused());
            part.put("new_tokens", tenant.newTokens());
            part.put("ttft", tenant.firstToken().toMap());
            each.put(name, part);
        });
        map.put("tenants", each);
        return map;
    }
}
