package dev.mokha.nn.fit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void linesAreSparseAndSayLossSpeedAndTimeLeft() {
        Progress lines = Progress.lines(out, "pretrain");
        run(lines, 0, 1000);
        assertThat(text().lines())
                .hasSizeBetween(20, 24)
                .contains("pretrain: step 500/1000, loss 0.5000, lr 1.0e-03, 200 tokens/s, 4:10 left")
                .contains("pretrain: step 400 evaluated: bits per byte 1.5000, loss 2.0000")
                .contains("pretrain: careful")
                .endsWith("pretrain: finished");
    }

    @Test
    void linesOfAResumedRunBeginWhereItStood() {
        run(Progress.lines(out, "pretrain"), 900, 1000);
        assertThat(text().lines())
                .startsWith("pretrain: resumes after step 900 of 1000")
                .hasSizeBetween(4, 6);
    }

    @Test
    void theBarEndsAtTheTotalWithItsFigures() {
        run(Progress.bar(out, "pretrain", 110), 0, 1000);
        String last = text().substring(text().lastIndexOf('\r'));
        assertThat(last)
                .contains("pretrain")
                .contains("100%")
                .contains("1000/1000")
                .contains("loss 0.0000");
        assertThat(text()).contains("step 400 evaluated: bits per byte 1.5000");
    }

    @Test
    void silenceIsSilent() {
        run(Progress.none(), 0, 10);
        assertThat(text()).isEmpty();
    }

    private static void run(Progress progress, long done, long total) {
        progress.begin(done, total);
        for (long step = done + 1; step <= total; step++) {
            progress.step(new StepReport(step, 1 - step / 1000.0, 1e-3, 1, step * 100, step * 0.5, 1 << 20, Map.of()));
            if (step == 400) {
                progress.evaluated(step, Map.of("loss", 2.0, "bits per byte", 1.5));
                progress.note("careful");
            }
        }
        progress.end(Outcome.FINISHED);
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
