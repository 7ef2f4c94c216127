package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuickstartCommandTest {
    @TempDir
    private Path folder;

    @Test
    void samplesThatAreNotThereAreNamedAndNothingIsWritten() {
        Path out = folder.resolve("run");
        var run = Run.mokha("quickstart", "--samples", folder, "--out", out);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("samples", "base", "--samples");
        assertThat(out).doesNotExist();
    }

    @Test
    void aBudgetThatIsTooShortIsRefused() {
        Path out = folder.resolve("run");
        var run = Run.mokha("quickstart", "--budget", "5s", "--out", out);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("budget", "30 s");
        assertThat(out).doesNotExist();
        assertThat(Run.mokha("quickstart", "--budget", "soon", "--out", out).code())
                .isEqualTo(2);
    }
}
