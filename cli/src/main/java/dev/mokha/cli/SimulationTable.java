package dev.mokha.cli;

import dev.mokha.language.report.Plot;
import dev.mokha.serve.schedule.LinearCost;
import dev.mokha.serve.simulate.Latency;
import dev.mokha.serve.simulate.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Simulations side by side.
///
/// @param cost of their steps
/// @param runs policy by policy, each from its lowest load as given
record SimulationTable(LinearCost cost, List<Run> runs) {
    private static final List<Integer> WIDTHS = List.of(14, 8, 10);

    /// One simulation.
    ///
    /// @param policy its name
    /// @param load as given: a rate, or a trace's speed
    /// @param rate of the requests, a second
    /// @param report what became of them
    record Run(String policy, double load, double rate, Report report) {}

    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add("times in seconds: to the first token, per further token, between tokens, to the end");
        lines.add(line(
                "policy",
                "req/s",
                "done",
                "refused",
                "late",
                "good %",
                "ttft p50",
                "p95",
                "p99",
                "tpot p50",
                "p95",
                "itl p99",
                "e2e p95",
                "tok/s",
                "kv %",
                "preempt",
                "hit %"));
        for (Run run : runs) {
            Report report = run.report();
            Report.Times times = report.times();
            Report.Load load = report.load();
            lines.add(line(
                    run.policy(),
                    number(run.rate()),
                    "" + report.counts().finished(),
                    "" + report.counts().refused(),
                    "" + (report.counts().timedOut() + report.counts().dropped()),
                    number(100 * report.counts().goodPart()),
                    number(times.firstToken().p50()),
                    number(times.firstToken().p95()),
                    number(times.firstToken().p99()),
                    number(times.perToken().p50()),
                    number(times.perToken().p95()),
                    number(times.betweenTokens().p99()),
                    number(times.whole().p95()),
                    number(report.rates().newTokens()),
                    number(100 * load.mostUsage()),
                    "" + load.preemptions(),
                    number(100 * load.hitRate())));
        }
        boolean tenants = runs.stream().anyMatch(run -> run.report().tenants().size() > 1);
        if (tenants) {
            lines.add("");
            lines.add(line("policy", "req/s", "tenant", "done", "refused", "new tok", "ttft p50", "p95"));
            for (Run run : runs) {
                run.report().tenants().forEach((name, tenant) -> lines.add(tenant(run, name, tenant)));
            }
        }
        return lines;
    }

    private static String tenant(Run run, String name, Report.Tenant tenant) {
        Latency first = tenant.firstToken();
        return line(
                run.policy(),
                number(run.rate()),
                name,
                "" + tenant.finished(),
                "" + tenant.refused(),
                "" + tenant.newTokens(),
                number(first.p50()),
                number(first.p95()));
    }

    private static String line(String... cells) {
        return TextTable.line(List.of(cells), WIDTHS);
    }

    /// Three digits that count.
    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        double size = Math.abs(value);
        int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    ObjectNode json() {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.set("cost", CostFile.json(cost));
        var all = json.putArray("runs");
        for (Run run : runs) {
            ObjectNode one = all.addObject();
            one.put("policy", run.policy());
            one.put("load", run.load());
            one.put("rate", run.rate());
            ObjectNode figures = JsonMapper.shared().valueToTree(run.report().toMap());
            one.setAll(figures);
        }
        return json;
    }

    /// {@return the 95th percentile of the time to the first token over the rate, a line a policy; bars,
    /// where there is one rate}
    String svg() {
        Map<String, List<Run>> policies = new LinkedHashMap<>();
        runs.forEach(run ->
                policies.computeIfAbsent(run.policy(), _ -> new ArrayList<>()).add(run));
        if (runs.size() == policies.size()) {
            Map<String, List<Double>> bars = new LinkedHashMap<>();
            policies.forEach((name, one) -> {
                Latency first = one.getFirst().report().times().firstToken();
                bars.put(name, List.of(first.p50(), first.p95(), first.p99()));
            });
            return Plot.bars("time to first token, s", List.of("p50", "p95", "p99"), bars);
        }
        Map<String, Plot.Line> lines = new LinkedHashMap<>();
        policies.forEach((name, all) -> lines.put(
                name,
                new Plot.Line(
                        all.stream().map(Run::rate).toList(),
                        all.stream()
                                .map(run -> run.report().times().firstToken().p95())
                                .toList())));
        return Plot.lines("requests a second", "time to first token, p95, s", lines);
    }
}
