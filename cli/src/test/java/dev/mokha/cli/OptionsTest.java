package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.nn.fit.StepReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.TypeConversionException;

final class OptionsTest {
    @TempDir
    private Path folder;

    @Test
    void timesAreReadAndWritten() {
        assertThat(new Durations().convert("90s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(new Durations().convert("1h30m")).isEqualTo(Duration.ofMinutes(90));
        assertThat(new Durations().convert("2d")).isEqualTo(Duration.ofDays(2));
        for (String wrong : new String[] {"", "10", "m", "0s", "-5m", "1m1h"}) {
            assertThatThrownBy(() -> new Durations().convert(wrong)).isInstanceOf(TypeConversionException.class);
        }
        assertThat(Durations.format(Duration.ofSeconds(42))).isEqualTo("42s");
        assertThat(Durations.format(Duration.ofSeconds(125))).isEqualTo("2m 5s");
        assertThat(Durations.format(Duration.ofMinutes(125))).isEqualTo("2h 5m");
    }

    @Test
    void sizesAreForPeople() {
        assertThat(Sizes.bytes(1023)).isEqualTo("1023 B");
        assertThat(Sizes.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Sizes.bytes(1L << 40)).isEqualTo("1.0 TiB");
        assertThat(Sizes.plural(1, "file")).isEqualTo("1 file");
        assertThat(Sizes.plural(1200, "file")).isEqualTo("1,200 files");
    }

    @Test
    void dataHasANameAPathAWeightAndEpochs() throws IOException {
        var converter = new DataArgument.Converter();
        Path odd = Files.createFile(folder.resolve("me@home.txt"));
        assertThat(converter.convert("a=" + odd)).isEqualTo(new DataArgument("a", odd, 1, Double.POSITIVE_INFINITY));
        assertThat(converter.convert("a=" + odd + "@0.6"))
                .isEqualTo(new DataArgument("a", odd, 0.6, Double.POSITIVE_INFINITY));
        assertThat(converter.convert("a=" + odd + "@0.6x2.5")).isEqualTo(new DataArgument("a", odd, 0.6, 2.5));
    }

    @Test
    void withoutATerminalProgressIsAFewLines() {
        var err = new StringWriter();
        var progress = FitProgress.on(new PrintWriter(err), "training");
        progress.begin(0, 1000);
        for (long step = 1; step <= 1000; step++) {
            progress.step(new StepReport(step, 2.5, 1e-3, 1, step * 100, step * 0.5, 1 << 20, Map.of()));
        }
        progress.note("alarm, إنذار");
        assertThat(err.toString().lines().count()).isBetween(20L, 23L);
        assertThat(err.toString()).contains("training: step 500", "loss 2.5", "200 tokens/s", "training: alarm, إنذار");
    }
}
