package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class MainTest {
    @Test
    void helpNamesEveryVerb() {
        var run = Run.mokha("--help");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains(Main.commandLine().getSubcommands().keySet());
        assertThat(run.err()).isEmpty();
    }

    @Test
    void everyVerbHasHelpWithAnExampleThatParses() {
        for (CommandLine verb : Verbs.all()) {
            var usage = verb.getCommandSpec().usageMessage();
            assertThat(usage.description()).as(verb.getCommandName()).isNotEmpty();
            assertThat(usage.footer()).as(verb.getCommandName()).isNotEmpty();
            for (String line : usage.footer()) {
                Verbs.parse(line);
            }
        }
    }

    @Test
    void everyOptionIsDescribed() {
        for (CommandLine verb : Verbs.all()) {
            for (var option : verb.getCommandSpec().args()) {
                assertThat(String.join(" ", option.description()))
                        .as(verb.getCommandName() + " " + option.paramLabel())
                        .endsWith(".");
            }
        }
    }

    @Test
    void versionNamesMokhaAndJava() {
        var run = Run.mokha("--version");
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("mokha ").contains("Java " + Runtime.version());
    }

    @Test
    void noVerbIsWrongUsage() {
        var run = Run.mokha();
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("error: a verb is missing", "mokha --help");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void anUnknownVerbIsAnsweredWithTheNearest() {
        var run = Run.mokha("inspct");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("error: there is no verb 'inspct'", "did you mean: inspect");
    }

    @Test
    void anUnknownOptionIsAnsweredWithTheNearest() {
        var run = Run.mokha("inspect", "--tensor", "x");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("'--tensor'", "did you mean: --tensors?", "see: mokha inspect --help");
    }

    @Test
    void errorsAreOneLineAndDebugAddsTheTrace() {
        assertThat(Run.mokha("inspect", "no/such/folder").err().lines())
                .containsExactly("error: no/such/folder does not exist");
        assertThat(Run.mokha("inspect", "no/such/folder", "--debug").err()).contains("at dev.mokha.cli.");
    }

    @Test
    void messagesNameTheFileAndNeverACppStack() {
        assertThat(Errors.message(new UncheckedIOException(new NoSuchFileException("a.json"))))
                .isEqualTo("a.json does not exist");
        assertThat(Errors.message(new IOException("disk full"))).contains("disk full");
        assertThat(Errors.message(new IllegalStateException("shapes differ\nException raised from at x.cpp")))
                .isEqualTo("shapes differ");
        assertThat(Errors.message(new NullPointerException())).contains("defect", "--debug");
    }
}
