package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.text.roundtrip.RandomTokens;
import dev.mokha.text.roundtrip.RoundTrip;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// `mokha tokenizer check`: whether text comes back as it was, token by token.
@Command(
        name = "check",
        description = {
            "Encodes texts and decodes them token by token, as a model's answer is shown: put together the parts must be the"
                    + " text, without a stray space mark (U+2581) and without a U+FFFD that the text does not have.",
            "Then decodes random ids: nothing that a later token could change may be given out early. Ends with 1 when"
                    + " something fails."
        },
        footer = "  mokha tokenizer check merged --data samples/text/arabic-held-out.jsonl.gz --random 10000")
final class TokenizerCheckCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "A folder with tokenizer.json or vocab.txt, or such a file.")
    private Path folder;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "Text: JSON lines with a field text, or plain text, gzipped or not, or a folder of such."
                    + " Repeat for several.")
    private List<Path> data = List.of();

    @Option(names = "--lines", description = "Each line of a file is a text, whatever the file is called.")
    private boolean lines;

    @Option(names = "--random", defaultValue = "10000", description = "How many sequences of random ids; 0 for none.")
    private long random;

    @Option(names = "--seed", defaultValue = "0", description = "Equal seeds draw equal ids.")
    private long seed;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (random < 0) {
            throw new ParameterException(spec.commandLine(), "--random is 0 or more");
        }
        PrintWriter print = spec.commandLine().getOut();
        Tokenizer tokenizer = Tokenizer.load(folder);
        Map<String, Object> answer = new LinkedHashMap<>();
        long failed = 0;
        for (Path path : data) {
            RoundTrip trip = RoundTrip.of(tokenizer, lines ? Texts.lines(path) : Texts.of(List.of(path)));
            failed += trip.failed();
            answer.put(path.toString(), trip.toMap());
            if (!json) {
                print.println(path + ": " + Sizes.plural(trip.texts(), "text") + ", "
                        + Sizes.count(trip.characters()) + " characters, " + Sizes.plural(trip.tokens(), "token")
                        + ", " + Sizes.count(trip.failed()) + " failed");
                trip.failures().forEach(failure -> print.println("  " + failure));
            }
        }
        if (random > 0) {
            RandomTokens drawn = RandomTokens.of(tokenizer, random, seed);
            failed += drawn.failed();
            answer.put("random", drawn.toMap());
            if (!json) {
                print.println("random: " + Sizes.plural(drawn.sequences(), "sequence") + ", "
                        + Sizes.plural(drawn.tokens(), "token") + ", "
                        + Sizes.plural(drawn.continuations(), "continuation") + ", "
                        + Sizes.count(drawn.failed()) + " failed");
                drawn.failures().forEach(failure -> print.println("  " + failure));
            }
        }
        if (json) {
            print.println(JsonMapper.shared().valueToTree(answer).toPrettyString());
        }
        print.flush();
        return failed == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
