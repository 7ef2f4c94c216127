package dev.mokha.bench;

import dev.mokha.tensor.Engine;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Opens a folder of weights and says what that takes: time, and resident memory after each step, private
/// (`RssAnon`) and of mapped files (`RssFile`). Opening and taking tensors reads none of their elements; touching them
/// makes pages of the file resident, never a second copy.
///
///     java … dev.mokha.bench.OpenBench FOLDER
///
/// Linux only, for its `/proc/self/status`.
final class OpenBench {
    private final PrintStream out;
    private long wallFrom = System.nanoTime();
    private long cpuFrom = cpu();

    private OpenBench(PrintStream out) {
        this.out = out;
    }

    /// Measures the folder in the first argument.
    public static void main(String[] args) throws IOException {
        new OpenBench(System.out).run(Path.of(args[0]));
    }

    private void run(Path folder) throws IOException {
        Engine.start();
        report("libtorch started");
        try (var _ = Scope.open("open");
                var weights = Safetensors.open(folder)) {
            report("opened, " + weights.names().size() + " names");
            List<Tensor> tensors = new ArrayList<>();
            long elements = 0;
            for (String name : weights.names()) {
                tensors.add(weights.tensor(name));
                elements += weights.info(name).count();
            }
            report(String.format(Locale.ROOT, "all tensors taken, %.0f M elements", elements / 1e6));
            tensors.getFirst().max();
            report("first tensor read, " + tensors.getFirst());
            tensors.forEach(Tensor::max);
            report("all tensors read");
        }
        report("closed");
    }

    private void report(String step) throws IOException {
        long wall = System.nanoTime() - wallFrom;
        long cpu = cpu() - cpuFrom;
        String status = Files.readString(Path.of("/proc/self/status"));
        out.printf(
                Locale.ROOT,
                "%-52s %8.1f ms, processor %8.1f ms, private %5d MB, mapped files %5d MB%n",
                step,
                wall / 1e6,
                cpu / 1e6,
                megabytes(status, "RssAnon"),
                megabytes(status, "RssFile"));
        wallFrom = System.nanoTime();
        cpuFrom = cpu();
    }

    /// {@return the nanoseconds that this thread has computed: neighbours on the machine do not count}
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long megabytes(String status, String key) {
        var line = Pattern.compile(key + ":\\s*(\\d+) kB").matcher(status);
        return line.find() ? Long.parseLong(line.group(1)) / 1024 : -1;
    }
}
