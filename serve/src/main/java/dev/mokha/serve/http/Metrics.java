package dev.mokha.serve.http;

import dev.mokha.language.generate.Sampler;
import dev.mokha.serve.engine.EndedException;
import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.Reader;
import dev.mokha.serve.schedule.Ended;
import dev.mokha.serve.schedule.SchedulerState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The engine's figures in Prometheus' format, under vLLM's names, so that its dashboards show them.
final class Metrics {
    /// Buckets in seconds, as vLLM has them.
    private static final double[] FIRST_TOKEN = {
        .001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560
    };

    private static final double[] BETWEEN_TOKENS = {
        .01, .025, .05, .075, .1, .15, .2, .3, .4, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
    };
    private final Meters meters;
    private final Engine engine;
    private final String model;
    private final Counter promptTokens;
    private final Counter generationTokens;
    private final Counter drafts;
    private final Counter draftTokens;
    private final Counter acceptedTokens;
    private final Timer firstToken;
    private final Timer betweenTokens;
    private final Timer whole;
    private final Timer queued;
    private final Timer prefill;

    Metrics(Engine engine, String model, Meters meters) {
        this.meters = meters;
        this.engine = engine;
        this.model = model;
        meters.beforeScrape(new AdapterMetrics(engine.adapters(), meters.registry(), Meters.VLLM)::refresh);
        gauge("num_requests_running", "Sequences in memory.", SchedulerState::running);
        gauge("num_requests_waiting", "Requests that wait.", state -> state.queued() + state.suspended());
        gauge(
                "kv_cache_usage_perc",
                "The part of the blocks in use, from 0 to 1.",
                state -> state.blocks().usage());
        count(
                "prefix_cache_queries",
                "Prompt tokens that were looked for in the prefix cache.",
                state -> state.prefix().queriedTokens());
        count(
                "prefix_cache_hits",
                "Of them, those that were there.",
                state -> state.prefix().hitTokens());
        count("num_preemptions", "Sequences that lost their memory.", SchedulerState::preemptions);
        promptTokens = counter("prompt_tokens", "Prompt tokens of requests that were answered.");
        generationTokens = counter("generation_tokens", "Tokens that were generated.");
        drafts = counter("spec_decode_num_drafts", "How often tokens were drafted, of requests that were answered.");
        draftTokens = counter("spec_decode_num_draft_tokens", "Tokens that were drafted.");
        acceptedTokens = counter("spec_decode_num_accepted_tokens", "Of them, those that were right.");
        firstToken = timer("time_to_first_token", "From arrival to the first token.", FIRST_TOKEN);
        betweenTokens = timer("inter_token_latency", "From a token of an answer to its next.", BETWEEN_TOKENS);
        whole = timer("e2e_request_latency", "From arrival to the end.", Meters.REQUEST);
        queued = timer("request_queue_time", "From arrival to the first step.", Meters.REQUEST);
        prefill = timer("request_prefill_time", "From the first step to the first token.", Meters.REQUEST);
        for (Meters.Outcome outcome : Meters.Outcome.values()) {
            finished(outcome).increment(0); // dashboards want to see zeros
        }
    }

    private void gauge(String name, String description, ToDoubleFunction<SchedulerState> figure) {
        meters.gauge(Meters.VLLM + name, description, model, engine, one -> figure.applyAsDouble(one.state()));
    }

    private void count(String name, String description, ToDoubleFunction<SchedulerState> figure) {
        meters.count(Meters.VLLM + name, description, model, engine, one -> figure.applyAsDouble(one.state()));
    }

    private Counter counter(String name, String description) {
        return meters.counter(Meters.VLLM + name, description, model);
    }

    private Counter finished(Meters.Outcome outcome) {
        return meters.finished(outcome, model);
    }

    private Timer timer(String name, String description, double[] buckets) {
        return meters.timer(Meters.VLLM + name, description, model, buckets);
    }

    /// {@return a reader that measures what it passes on}
    Reader watching(Reader reader) {
        return new Watching(reader);
    }

    private final class Watching implements Reader {
        private final Reader reader;
        private final Map<Integer, Long> last = new HashMap<>();
        private Meters.Outcome outcome = Meters.Outcome.STOP;

        Watching(Reader reader) {
            this.reader = reader;
        }

        @Override
        public void token(int answer, String text, Sampler.Choice choice) {
            long now = System.nanoTime();
            Long before = last.put(answer, now);
            if (before != null) {
                betweenTokens.record(Duration.ofNanos(now - before));
            }
            generationTokens.increment();
            reader.token(answer, text, choice);
        }

        @Override
        public void end(int answer, String text, Finish finish) {
            outcome = finish == Finish.LENGTH ? Meters.Outcome.LENGTH : outcome;
            reader.end(answer, text, finish);
        }

        @Override
        public void done(Usage usage) {
            promptTokens.increment(usage.promptTokens());
            drafts.increment(usage.drafts());
            draftTokens.increment(usage.drafted());
            acceptedTokens.increment(usage.accepted());
            queued.record(Duration.ofNanos(usage.queuedNanos()));
            if (usage.firstTokenNanos() >= 0) {
                firstToken.record(Duration.ofNanos(usage.firstTokenNanos()));
                prefill.record(Duration.ofNanos(usage.firstTokenNanos() - usage.queuedNanos()));
            }
            whole.record(Duration.ofNanos(usage.totalNanos()));
            finished(outcome).increment();
            reader.done(usage);
        }

        @Override
        public void failed(RuntimeException cause) {
            boolean cancelled = cause instanceof EndedException ended && ended.reason() == Ended.Reason.CANCELLED;
            finished(cancelled ? Meters.Outcome.ABORT : Meters.Outcome.ERROR).increment();
            reader.failed(cause);
        }
    }
}
