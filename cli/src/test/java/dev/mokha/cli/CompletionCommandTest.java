package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompletionCommandTest {
    @TempDir
    private Path folder;

    @Test
    void bashCompletesVerbsAndOptions() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
        Path script = folder.resolve("mokha-completion");
        Files.writeString(script, Run.mokha("completion", "bash").out());
        assertThat(completions(script, "mokha", "insp")).isEqualTo("inspect");
        assertThat(completions(script, "mokha", "inspect", "--tens")).isEqualTo("--tensors");
    }

    @Test
    void zshGetsTheAdapterFirst() {
        assertThat(Run.mokha("completion", "zsh").out())
                .startsWith("autoload -U +X compinit")
                .contains("bashcompinit");
    }

    @Test
    void anUnknownShellIsRefusedWithTheKnownOnes() {
        var run = Run.mokha("completion", "fish");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("fish", "BASH", "ZSH");
    }

    /// What Tab would offer after these words.
    private static String completions(Path script, String... words) throws IOException, InterruptedException {
        String program = "source '" + script + "'; COMP_WORDS=(" + String.join(" ", words) + "); COMP_CWORD="
                + (words.length - 1) + "; _complete_mokha; echo \"${COMPREPLY[@]}\"";
        var process = new ProcessBuilder("/bin/bash", "-c", program)
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return out.strip();
    }
}
