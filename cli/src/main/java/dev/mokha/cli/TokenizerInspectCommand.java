package dev.mokha.cli;

import dev.mokha.text.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/// `mokha tokenizer inspect`: a tokenizer as it works, where `mokha inspect` tells what its file says.
@Command(
        name = "inspect",
        description = {
            "Loads a tokenizer and says what it is: vocabulary, special tokens and their ids, how it cuts a text.",
            "The sizes in its file are shown by mokha inspect too, without loading it."
        },
        footer = "  mokha tokenizer inspect model --text \"How is this cut?\"")
final class TokenizerInspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "A folder with tokenizer.json or vocab.txt, or such a file.")
    private Path folder;

    @Option(names = "--text", description = "Shows how this text is cut.")
    private @Nullable String text;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var tokenizer = Tokenizer.load(folder);
        if (json) {
            printJson(out, tokenizer);
        } else {
            print(out, tokenizer);
        }
        out.flush();
        return ExitCode.OK;
    }

    private void print(PrintWriter out, Tokenizer tokenizer) {
        out.println(String.format("%-12s %s", "kind", kind(tokenizer)));
        out.println(String.format("%-12s %,d", "tokens", tokenizer.vocabSize()));
        out.println(String.format("%-12s %,d", "rows needed", tokenizer.idBound()));
        tokenizer
                .addedTokensById()
                .forEach((id, token) -> out.println(
                        String.format("%-12s %d %s", token.special() ? "special" : "added", id, token.content())));
        if (text != null) {
            var encoding = tokenizer.encode(text);
            out.println(String.format(
                    "%-12s %d tokens: %s", "text", encoding.size(), String.join(" | ", encoding.tokens())));
        }
    }

    private void printJson(PrintWriter out, Tokenizer tokenizer) {
        var answer = JsonNodeFactory.instance.objectNode();
        answer.put("kind", kind(tokenizer))
                .put("tokens", tokenizer.vocabSize())
                .put("rows_needed", tokenizer.idBound());
        var added = answer.putArray("added_tokens");
        tokenizer
                .addedTokensById()
                .forEach((id, token) -> added.addObject()
                        .put("id", id)
                        .put("content", token.content())
                        .put("special", token.special()));
        if (text != null) {
            var pieces = answer.putArray("text_tokens");
            tokenizer.encode(text).tokens().forEach(pieces::add);
        }
        out.println(answer.toPrettyString());
    }

    private static String kind(Tokenizer tokenizer) {
        return tokenizer.model().getClass().getSimpleName();
    }
}
