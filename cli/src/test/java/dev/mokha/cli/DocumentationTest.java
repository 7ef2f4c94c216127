package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// `docs/cli.md` and the README against the command itself.
final class DocumentationTest {
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
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

    @Test
    void everyJavaBlockIsPartOfACompiledFile() throws IOException {
        List<String> sources = new ArrayList<>();
        for (Path file : files(".java")) {
            sources.add(withoutSpace(Files.readString(file)));
        }
        int blocks = 0;
        for (Path page : files(".md")) {
            Matcher block = JAVA_BLOCK.matcher(Files.readString(page));
            while (block.find()) {
                blocks++;
                // A page closes the braces that its region leaves open, so those at the end do not count.
                String code = withoutSpace(block.group(1)).replaceFirst("}+$", "");
                assertThat(sources)
                        .as("%s has a block that is in no Java file:%n%s", page, block.group(1))
                        .anyMatch(source -> source.contains(code));
            }
        }
        assertThat(blocks).isGreaterThan(10);
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }

    private static List<Path> files(String ending) throws IOException {
        try (var paths = Files.walk(Run.ROOT)) {
            return paths.filter(path -> path.toString().endsWith(ending))
                    .filter(path -> !Run.ROOT.relativize(path).toString().matches(".*(target|\\.mokha|\\.git)/.*"))
                    .toList();
        }
    }
}
