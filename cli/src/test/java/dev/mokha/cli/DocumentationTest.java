package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// `docs/cli.md` and the README against the command itself.
final class DocumentationTest {
    private static final Path PAGE = Run.ROOT.resolve("docs/cli.md");

    @Test
    void thePageNamesEveryVerbAndEachOfItsOptions() throws IOException {
        String page = Files.readString(PAGE);
        for (CommandLine verb : Verbs.all()) {
            String name = verb.getCommandSpec().qualifiedName();
            assertThat(page).as("a section about " + name).contains("\n## `" + name + "`\n");
            String section =
                    page.split(Pattern.quote("\n## `" + name + "`\n"), 2)[1].split("\n## ", 2)[0];
            for (OptionSpec option : verb.getCommandSpec().options()) {
                if (!option.inherited()) {
                    assertThat(section).as(name).contains("`" + option.longestName());
                }
            }
        }
    }

    @Test
    void everyCommandInTheDocumentationParses() throws IOException {
        int seen = 0;
        for (Path file : new Path[] {PAGE, Run.ROOT.resolve("README.md")}) {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith("./mokha ")) {
                    Verbs.parse(line.substring(2));
                    seen++;
                }
            }
        }
        assertThat(seen).isGreaterThan(5);
    }

    @Test
    void theReadmeListsEveryVerb() throws IOException {
        String readme = Files.readString(Run.ROOT.resolve("README.md"));
        for (String verb : Main.commandLine().getSubcommands().keySet()) {
            assertThat(readme).contains("| `" + verb);
        }
    }
}
