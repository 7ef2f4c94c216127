package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine;

/// The verbs as picocli sees them.
final class Verbs {
    private Verbs() {}

    /// All verbs that do something, those below others included.
    static List<CommandLine> all() {
        var verbs = new ArrayList<CommandLine>();
        collect(Main.commandLine(), verbs);
        assertThat(verbs).hasSizeGreaterThan(1);
        return verbs;
    }

    private static void collect(CommandLine command, List<CommandLine> verbs) {
        for (CommandLine below : command.getSubcommands().values()) {
            if (below.getSubcommands().isEmpty()) {
                verbs.add(below);
            }
            collect(below, verbs);
        }
    }

    /// Parses an example such as `  mokha inspect model   # why`, or fails.
    static void parse(String example) {
        String line = example.replaceFirst("\\s#.*", "")
                .replaceAll("source <\\(|\\)|^\\s*\\w+:", "")
                .strip();
        if (line.isEmpty()) {
            return;
        }
        assertThat(line).startsWith("mokha ");
        Main.commandLine().parseArgs(words(line.substring("mokha ".length())));
    }

    /// Splits as a shell would where only double quotes are used.
    private static String[] words(String line) {
        var words = new ArrayList<String>();
        var matcher = Pattern.compile("\"([^\"]*)\"|(\\S+)").matcher(line);
        while (matcher.find()) {
            words.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
        }
        return words.toArray(String[]::new);
    }
}
