package dev.mokha.cli;

import dev.mokha.serve.simulate.Arrivals;
import dev.mokha.serve.simulate.Lengths;
import dev.mokha.serve.simulate.Trace;
import dev.mokha.serve.simulate.Workload;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// Which requests come, and when.
final class WorkloadOptions {
    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Recorded requests: Azure's or BurstGPT's CSV. Without it, requests are drawn.")
    private @Nullable Path trace;

    @Option(
            names = "--speed",
            split = ",",
            paramLabel = "F,F,…",
            defaultValue = "1",
            description = "How many times as often a trace's requests come.")
    private List<Double> speeds;

    @Option(
            names = "--rate",
            split = ",",
            paramLabel = "R,R,…",
            defaultValue = "1",
            description = "Requests a second, where they are drawn.")
    private List<Double> rates;

    @Option(names = "--requests", defaultValue = "1000", description = "How many are drawn, or read of a trace.")
    private int requests;

    @Option(
            names = "--arrivals",
            paramLabel = "KIND",
            defaultValue = "poisson",
            converter = KindConverter.class,
            description = "poisson, bursts (gamma gaps) or on-off.")
    private Kind kind;

    @Option(
            names = "--variation",
            defaultValue = "3",
            description = "Of bursts: standard deviation of the gaps, in means.")
    private double variation;

    @Option(names = "--on", defaultValue = "10", paramLabel = "SECONDS", description = "Of on-off: how long they come.")
    private double on;

    @Option(
            names = "--off",
            defaultValue = "30",
            paramLabel = "SECONDS",
            description = "Of on-off: how long none comes.")
    private double off;

    @Option(
            names = "--prompt",
            paramLabel = "LENGTHS",
            defaultValue = "lognormal:256:1:8192",
            converter = LengthsConverter.class,
            description = "Prompt tokens: 512, 64-1024 or lognormal:MEDIAN:SPREAD[:MOST].")
    private Lengths prompt;

    @Option(
            names = "--answer",
            paramLabel = "LENGTHS",
            defaultValue = "lognormal:128:0.7:1024",
            converter = LengthsConverter.class,
            description = "New tokens, likewise.")
    private Lengths answer;

    @Option(names = "--tenants", defaultValue = "1", description = "Among whom drawn requests are divided.")
    private int tenants;

    @Option(
            names = "--shared",
            defaultValue = "0",
            paramLabel = "TOKENS",
            description = "With which all prompts of a tenant begin.")
    private int shared;

    @Option(
            names = "--urgent",
            defaultValue = "0",
            paramLabel = "PART",
            description = "Of the requests that have priority 1.")
    private double urgent;

    enum Kind {
        POISSON,
        BURSTS,
        ON_OFF
    }

    static final class KindConverter implements ITypeConverter<Kind> {
        @Override
        public Kind convert(String text) {
            return Choice.of(Kind.class, text);
        }
    }

    static final class LengthsConverter implements ITypeConverter<Lengths> {
        @Override
        public Lengths convert(String text) {
            try {
                return Lengths.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /// {@return the loads to be compared: rates, or a trace's speeds}
    List<Double> loads() {
        return trace == null ? rates : speeds;
    }

    /// {@return the requests of a load}
    Workload at(double load, long seed) {
        if (trace != null) {
            return Trace.read(trace, requests).workload().faster(load);
        }
        Arrivals arrivals = switch (kind) {
            case POISSON -> new Arrivals.Poisson(load);
            case BURSTS -> new Arrivals.Bursts(load, variation);
            case ON_OFF -> new Arrivals.OnOff(load, on, off);
        };
        return Workload.draw(new Workload.Recipe(arrivals, prompt, answer, tenants, shared, urgent), requests, seed);
    }

    /// {@return what is wrong, or null}
    @Nullable
    String problem() {
        boolean positive = loads().stream().allMatch(load -> load > 0 && Double.isFinite(load));
        return !positive
                ? (trace == null ? "--rate" : "--speed") + " is above 0"
                : requests < 1 ? "--requests is 1 at least, not " + requests : null;
    }
}
