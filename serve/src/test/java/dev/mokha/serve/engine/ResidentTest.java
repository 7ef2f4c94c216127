package dev.mokha.serve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mokha.language.generate.Sampling;
import dev.mokha.serve.kernel.Arithmetic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What lies in memory beside weights, keys and values.
final class ResidentTest {
    private static final Path MAPS = Path.of("/proc/self/maps");

    @TempDir
    private Path folder;

    private static EngineOptions options(Arithmetic arithmetic, int stepTokens) {
        return EngineOptions.DEFAULT
                .withCompute(compute -> compute.withArithmetic(arithmetic).withThreads(2))
                .withLoad(load -> load.withStepTokens(stepTokens));
    }

    /// `24 (hidden + queries + keys + values + intermediate)` bytes for a row: six numbers in float32, of
    /// every place that a row has in a layer.
    @ParameterizedTest
    @EnumSource(Arithmetic.class)
    void whatAStepComputesInGrowsWithItsBudgetAlone(Arithmetic arithmetic) {
        Path model = Toy.write(folder, 1);
        long few = beside(model, options(arithmetic, 512));
        long many = beside(model, options(arithmetic, 2560));
        var config = Toy.config(2, 2, 1);
        int attention = (config.numAttentionHeads() + 2 * config.numKeyValueHeads()) * config.headDim();
        long row = 24L * (config.hiddenSize() + attention + config.intermediateSize());
        assertThat(many - few).isPositive().isLessThan(2048 * row);
    }

    private static long beside(Path model, EngineOptions options) {
        try (var engine = Engine.open(model, options)) {
            return engine.facts().memory().beside();
        }
    }

    @Test
    void libtorchIsNotLoadedToServe() throws IOException, InterruptedException {
        assumeTrue(Files.exists(MAPS));
        Path model = Toy.write(folder, 1);
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        model.toString())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed).contains("answered 5 tokens", "mapped libjvm").doesNotContain("mapped libtorch");
    }

    /// A process that serves, and says what it has mapped.
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws IOException {
            try (var engine = Engine.open(Path.of(arguments[0]), options(Arithmetic.BALANCED, 64))) {
                var heard = new Heard();
                engine.submit(Request.of(new int[] {7, 8, 9}, Sampling.greedy(5)), heard);
                System.out.println("answered " + heard.await().newTokens() + " tokens");
            }
            try (Stream<String> lines = Files.lines(MAPS)) {
                List<String> files = lines.map(line -> line.substring(line.lastIndexOf('/') + 1))
                        .filter(name -> name.startsWith("lib"))
                        .distinct()
                        .toList();
                files.forEach(name -> System.out.println("mapped " + name));
            }
        }
    }
}
