package dev.mokha.cli;

import dev.mokha.text.tokenizer.Encoding;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/// `mokha tokenizer encode`: texts to ids, line by line.
@Command(
        name = "encode",
        description = {
            "Turns texts into token ids, one text a line.",
            "A line in double quotes is a JSON string, so that a text can hold line breaks. With --json each answer is an"
                    + " object: ids, tokens, offsets (in code points of the text), decoded (without special tokens),"
                    + " decoded_with_special_tokens."
        },
        footer = {
            "  mokha tokenizer encode model --lines text.txt --json",
            "  mokha tokenizer encode model --text \"Good morning\""
        })
final class TokenizerEncodeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "A folder with tokenizer.json or vocab.txt, or such a file.")
    private Path folder;

    @Option(names = "--lines", paramLabel = "FILE", description = "The texts; standard input when absent.")
    private @Nullable Path lines;

    @Option(names = "--text", description = "One text, instead of a file.")
    private @Nullable String text;

    @Option(
            names = "--special-tokens",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Whether the tokenizer's special tokens go around each text.")
    private boolean specialTokens;

    @Option(names = "--json", description = "Prints a JSON object for each text instead of its ids.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var tokenizer = Tokenizer.load(folder);
        if (text != null) {
            print(out, tokenizer, text);
        } else {
            TextLines.forEach(lines, line -> print(out, tokenizer, line));
        }
        out.flush();
        return ExitCode.OK;
    }

    private void print(PrintWriter out, Tokenizer tokenizer, String line) {
        if (json) {
            out.println(describe(tokenizer, line, tokenizer.encode(line, specialTokens)));
        } else {
            out.println(Arrays.stream(tokenizer.encodeIds(line, specialTokens))
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining(" ")));
        }
    }

    private static String describe(Tokenizer tokenizer, String text, Encoding encoding) {
        var answer = JsonNodeFactory.instance.objectNode();
        var ids = answer.putArray("ids");
        Arrays.stream(encoding.ids()).forEach(ids::add);
        var tokens = answer.putArray("tokens");
        encoding.tokens().forEach(tokens::add);
        var offsets = answer.putArray("offsets");
        for (int[] span : encoding.codePointOffsets(text)) {
            offsets.addArray().add(span[0]).add(span[1]);
        }
        answer.put("decoded", tokenizer.decode(encoding.ids(), true));
        answer.put("decoded_with_special_tokens", tokenizer.decode(encoding.ids(), false));
        return answer.toString();
    }
}
