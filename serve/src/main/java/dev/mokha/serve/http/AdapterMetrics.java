package dev.mokha.serve.http;

import dev.mokha.serve.engine.Adapters;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Figures of the adapters. Which ones run and wait is told as vLLM tells it, in labels, so that routers that
/// send requests where their adapter is find it.
final class AdapterMetrics {
    private static final String INFO = "lora_requests";

    /// The library takes `_info` off names; vLLM's has it.
    private static final Pattern NAME = Pattern.compile("(?m)^((?:# HELP |# TYPE )?\\w+:" + INFO + ")(?=[ {])");

    private final Adapters adapters;
    private final MultiGauge info;
    private final MultiGauge requests;

    /// @param prefix of the names that are vLLM's
    AdapterMetrics(Adapters adapters, MeterRegistry registry, String prefix) {
        this.adapters = adapters;
        this.info = MultiGauge.builder(prefix + INFO)
                .description("Adapters of running and waiting requests; the value is the time.")
                .register(registry);
        this.requests = MultiGauge.builder("mokha_adapter_requests")
                .description("Requests by adapter.")
                .register(registry);
        Gauge.builder("mokha_adapter_memory", adapters, Adapters::bytes)
                .description("Memory of adapters, in bytes.")
                .baseUnit("bytes")
                .register(registry);
    }

    /// Takes the figures of now.
    void refresh() {
        List<Adapters.Loaded> loaded = adapters.list();
        var now = Tags.of(
                "max_lora",
                String.valueOf(adapters.limits().most()),
                "running_lora_adapters",
                names(loaded, one -> one.running() > 0),
                "waiting_lora_adapters",
                names(loaded, one -> one.waiting() > 0));
        info.register(List.of(MultiGauge.Row.of(now, System.currentTimeMillis() / 1000.0)), true);
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (Adapters.Loaded one : loaded) {
            rows.add(MultiGauge.Row.of(Tags.of("adapter", one.name(), "state", "running"), one.running()));
            rows.add(MultiGauge.Row.of(Tags.of("adapter", one.name(), "state", "waiting"), one.waiting()));
        }
        requests.register(rows, true);
    }

    /// {@return all figures with this one's name as vLLM has it}
    static String named(String figures) {
        return NAME.matcher(figures).replaceAll("$1_info");
    }

    private static String names(List<Adapters.Loaded> loaded, Predicate<Adapters.Loaded> which) {
        return loaded.stream().filter(which).map(Adapters.Loaded::name).collect(Collectors.joining(","));
    }
}
