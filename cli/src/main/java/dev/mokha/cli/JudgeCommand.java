package dev.mokha.cli;

import dev.mokha.language.judge.JudgePrompt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha judge`: answers in a model's own words, judged by another model.
@Command(
        name = "judge",
        description = {
            "Has a model's answers rated from 1 to 10 by another model, or compared with a second model's in both orders:"
                    + " a verdict that changes with the order counts as a tie.",
            "Questions are MT-bench's JSON lines (turns, category, reference) or lines with a prompt. Answers are those of a"
                    + " model folder, written to OUT, or a file of FastChat's or AlpacaEval's form. The judge is any endpoint"
                    + " of OpenAI's form, or a model folder. Every reply is kept as it comes: the same command goes on where"
                    + " it was stopped, and asks nothing twice."
        },
        footer = {
            "  mokha judge model --questions mt-bench.jsonl --endpoint http://localhost:8000/v1 --judge-model qwen --out runs/a",
            "  mokha judge ours.jsonl --against theirs.jsonl --questions q.jsonl --language ar"
                    + " --endpoint https://api.openai.com/v1 --judge-model gpt-4o --out runs/b",
            "  mokha judge tuned --against base --questions q.jsonl --judge judge-model --out runs/c"
        })
final class JudgeCommand implements Callable<Integer> {
    /// Where most clients look for the key; endpoints that want none are asked without.
    static final String USUAL_KEY = "OPENAI_API_KEY";

    @Parameters(
            paramLabel = "MODEL",
            description = "A decoder's folder, which writes the answers, or a file of answers.")
    private Path model;

    @Option(names = "--against", paramLabel = "MODEL", description = "A second folder or file: compares the two.")
    private @Nullable Path against;

    @Option(names = "--questions", required = true, paramLabel = "FILE", description = "What was asked.")
    private Path questions;

    @Option(names = "--limit", defaultValue = "0", description = "At most so many questions; 0 for all.")
    private int limit;

    @Option(names = "--endpoint", paramLabel = "URL", description = "The judge's base URL, such as http://host/v1.")
    private @Nullable String endpoint;

    @Option(names = "--judge-model", paramLabel = "NAME", description = "The judge, as the endpoint calls it.")
    private @Nullable String judgeModel;

    @Option(
            names = "--key-from",
            paramLabel = "NAME",
            defaultValue = USUAL_KEY,
            description = "The environment variable with the endpoint's key, which is neither shown nor written.")
    private String keyFrom;

    @Option(names = "--judge", paramLabel = "FOLDER", description = "Instead of an endpoint: a decoder's folder.")
    private @Nullable Path judge;

    @Option(
            names = "--language",
            defaultValue = "en",
            converter = LanguageConverter.class,
            description = "Of the judge's instructions: en or ar.")
    private JudgePrompt.Language language;

    @Option(names = "--template", paramLabel = "FILE", description = "Instructions of one's own, in Jinja.")
    private @Nullable Path template;

    @Option(names = "--parallel", defaultValue = "4", description = "Prompts under way at an endpoint at one time.")
    private int parallel;

    @Option(
            names = "--timeout",
            defaultValue = "5m",
            converter = Durations.class,
            description = "For one reply of an endpoint.")
    private Duration timeout;

    @Option(names = "--tries", defaultValue = "6", description = "How often an endpoint is asked before giving up.")
    private int tries;

    @Option(names = "--judge-tokens", defaultValue = "2048", description = "The judge's longest reply.")
    private int judgeTokens;

    @Option(
            names = "--request",
            paramLabel = "JSON",
            defaultValue = "{}",
            description = "Fields for each request to an endpoint, over ours; null takes one out.")
    private String request;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where everything goes.")
    private Path out;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Mixin
    private SamplingOptions sampling;

    @Spec
    private CommandSpec spec;

    static final class LanguageConverter implements ITypeConverter<JudgePrompt.Language> {
        @Override
        public JudgePrompt.Language convert(String text) {
            return Choice.of(JudgePrompt.Language.class, text);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if ((endpoint == null) == (judge == null)) {
            throw usage("give the judge: --endpoint with --judge-model, or --judge");
        }
        if ((endpoint == null) != (judgeModel == null)) {
            throw usage("--endpoint and --judge-model go together");
        }
        if (limit < 0 || parallel < 1 || tries < 1 || judgeTokens < 1) {
            throw usage("--limit is 0 or more; --parallel, --tries and --judge-tokens are 1 or more");
        }
        var who = endpoint != null && judgeModel != null
                ? new JudgeChoice.Remote(endpoint, judgeModel, keyFrom, timeout, tries, judgeTokens, request)
                : new JudgeChoice.Local(Objects.requireNonNull(judge), judgeTokens);
        var prompt = template == null ? JudgePrompt.builtIn(against != null, language) : JudgePrompt.read(template);
        new JudgeRun(model, against, questions, limit, who, prompt, parallel, sampling, out).run(spec, json);
        return ExitCode.OK;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
