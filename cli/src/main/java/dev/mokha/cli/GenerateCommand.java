package dev.mokha.cli;

import dev.mokha.language.generate.Answer;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Report;
import dev.mokha.language.generate.Sampler;
import dev.mokha.language.generate.Sampling;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/// `mokha generate`: a text completed.
@Command(
        name = "generate",
        description = {
            "Completes a prompt with a local model, as the tokens come.",
            "Without PROMPT each line of standard input is one. Ctrl-C ends the text."
        },
        footer = {
            "  mokha generate model \"Once upon a time\" --max-new-tokens 64",
            "  mokha generate model \"Once upon a time\" --temperature 0.8 --top-p 0.95 --seed 7 --json"
        })
final class GenerateCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "A Hugging Face folder with config.json, tokenizer.json and the weights, or a GGUF file.")
    private Path folder;

    @Parameters(index = "1", paramLabel = "PROMPT", arity = "0..1", description = "The text to complete.")
    private @Nullable String prompt;

    @Mixin
    private SamplingOptions options;

    @Option(
            names = "--log-probs",
            paramLabel = "COUNT",
            description = "With --json: each token's log probability, and those of so many of the likeliest.")
    private @Nullable Integer logProbs;

    @Option(names = "--json", description = "Prints a JSON object for each prompt, when it is complete.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        try (var model = LanguageModel.load(folder);
                var interrupted = Interruption.of(Thread.currentThread())) {
            if (prompt != null) {
                complete(model, prompt, out);
            } else {
                TextLines.forEach(null, line -> complete(model, line, out));
            }
            return interrupted.happened() ? Main.INTERRUPTED : ExitCode.OK;
        }
    }

    private void complete(LanguageModel model, String text, PrintWriter out) {
        if (json) {
            out.println(describe(text, model.generate(text, sampling(model))));
        } else {
            out.print(text);
            model.generate(text, sampling(model), piece -> {
                out.print(piece);
                out.flush();
            });
            out.println();
        }
        out.flush();
    }

    private Sampling sampling(LanguageModel model) {
        Sampling sampling = options.sampling(model);
        return logProbs == null ? sampling : sampling.withReport(Report.ofModel(logProbs));
    }

    private static String describe(String prompt, Answer answer) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("prompt", prompt)
                .put("text", answer.text())
                .put("end", answer.end().name());
        json.put("prompt_tokens", answer.promptTokens());
        var ids = json.putArray("ids");
        answer.ids().forEach(ids::add);
        for (Sampler.Choice choice : answer.choices()) {
            var token = json.withArray("log_probs").addObject();
            token.put("id", choice.id()).put("log_prob", choice.logProb());
            for (Sampler.Ranked ranked : choice.top()) {
                token.withArray("top").addObject().put("id", ranked.id()).put("log_prob", ranked.logProb());
            }
        }
        return json.toString();
    }
}
