package dev.mokha.serve.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;

/// Figures in Prometheus' format, each with the name of the model that it is of.
final class Meters implements AutoCloseable {
    /// Buckets in seconds, as vLLM has them.
    static final double[] REQUEST = {
        .3, .5, .8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680
    };

    /// vLLM's names begin so, with a colon in place of the line.
    static final String VLLM = "vllm_";

    /// The library gives no names with colons, which Prometheus allows.
    private static final Pattern NAME = Pattern.compile("(?m)^(# HELP |# TYPE |)" + VLLM);

    private static final String MODEL = "model_name";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<Runnable> refreshing = new CopyOnWriteArrayList<>();

    /// Why a request is over, as `finished_reason` has it.
    enum Outcome {
        STOP,
        LENGTH,
        ABORT,
        ERROR
    }

    <T> void gauge(String name, String description, String model, T of, ToDoubleFunction<T> figure) {
        Gauge.builder(name, of, figure)
                .description(description)
                .tag(MODEL, model)
                .register(registry);
    }

    <T> void count(String name, String description, String model, T of, ToDoubleFunction<T> figure) {
        FunctionCounter.builder(name, of, figure)
                .description(description)
                .tag(MODEL, model)
                .register(registry);
    }

    Counter counter(String name, String description, String model) {
        return Counter.builder(name).description(description).tag(MODEL, model).register(registry);
    }

    Counter finished(Outcome outcome, String model) {
        return Counter.builder(VLLM + "request_success")
                .description("Requests that are over, by how they ended.")
                .tag(MODEL, model)
                .tag("finished_reason", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    Timer timer(String name, String description, String model, double... buckets) {
        return Timer.builder(name)
                .description(description)
                .tag(MODEL, model)
                .serviceLevelObjectives(DoubleStream.of(buckets)
                        .mapToObj(seconds -> Duration.ofNanos(Math.round(seconds * 1e9)))
                        .toArray(Duration[]::new))
                .register(registry);
    }

    DistributionSummary sizes(String name, String description, String model, double... buckets) {
        return DistributionSummary.builder(name)
                .description(description)
                .tag(MODEL, model)
                .serviceLevelObjectives(buckets)
                .register(registry);
    }

    /// {@return where figures of another kind are registered}
    MeterRegistry registry() {
        return registry;
    }

    /// Has something done before figures are told.
    void beforeScrape(Runnable refresh) {
        refreshing.add(refresh);
    }

    /// {@return all figures as text}
    String scrape() {
        refreshing.forEach(Runnable::run);
        return AdapterMetrics.named(NAME.matcher(registry.scrape()).replaceAll("$1vllm:"));
    }

    @Override
    public void close() {
        registry.close();
    }
}
