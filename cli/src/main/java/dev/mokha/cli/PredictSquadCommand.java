package dev.mokha.cli;

import dev.mokha.language.question.AnswerSettings;
import dev.mokha.language.question.Candidate;
import dev.mokha.language.question.Decode;
import dev.mokha.language.question.Prediction;
import dev.mokha.language.question.PredictionFiles;
import dev.mokha.language.question.QuestionAnswerer;
import dev.mokha.language.question.SquadData;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha predict squad`: answers to questions about texts.
@Command(
        name = "squad",
        description = {
            "Answers questions with words of the texts they are about: those of a file, or one.",
            "For a file, OUT gets predictions.json, nbest_predictions.json and, for SQuAD 2.0, null_odds.json, as the"
                    + " official code writes them."
        },
        footer = {
            "  mokha predict squad run/model --data dev.json --out predictions",
            "  mokha predict squad run/model --question \"Where is Cairo?\" --context \"Cairo lies on the Nile.\""
        })
final class PredictSquadCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "A model that finds answers, with its tokenizer.")
    private Path folder;

    @Option(names = "--data", paramLabel = "FILE", description = "Questions: SQuAD JSON, or JSON lines, or gzipped.")
    private @Nullable Path data;

    @Option(names = "--out", paramLabel = "FOLDER", description = "With --data: where the files of predictions go.")
    private @Nullable Path out;

    @Option(names = "--question", paramLabel = "TEXT", description = "One question.")
    private @Nullable String question;

    @Option(names = "--context", paramLabel = "TEXT", description = "What it is about.")
    private @Nullable String context;

    @Option(names = "--n-best", defaultValue = "5", description = "With --question: how many candidates to show.")
    private int nBest;

    @Option(
            names = "--null-threshold",
            paramLabel = "ODDS",
            description = "Lets there be no answer, above these odds. By default as the model was trained.")
    private @Nullable Double threshold;

    @Option(
            names = "--int8",
            description = "Keeps the layers' weights in 8-bit integers: less memory, faster, nearly the same answers.")
    private boolean int8;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        boolean file = data != null && out != null && question == null && context == null;
        boolean one = question != null && context != null && data == null && out == null;
        if (!file && !one) {
            throw new ParameterException(
                    spec.commandLine(), "give --data and --out, or --question and --context, and not both");
        }
        try (var answerer = QuestionAnswerer.open(folder, settings(), EncoderEvaluation.loading(int8))) {
            if (data != null && out != null) {
                PredictionFiles.write(out, answerer.answer(SquadData.read(data).questions()));
                spec.commandLine().getOut().println(out.resolve(PredictionFiles.PREDICTIONS));
            }
            if (question != null && context != null) {
                show(answerer.ask(question, context));
            }
        }
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    private AnswerSettings settings() {
        AnswerSettings trained = AnswerSettings.of(folder);
        Decode decode = trained.decode();
        return threshold == null
                ? trained
                : trained.withDecode(new Decode(decode.nBest(), decode.maxAnswer(), true, threshold));
    }

    private void show(Prediction found) {
        var written = spec.commandLine().getOut();
        written.println(found.text().isEmpty() ? "(no answer)" : found.text());
        for (Candidate candidate : found.nBest().stream().limit(nBest).toList()) {
            written.println(String.format(
                    Locale.ROOT,
                    "%7.4f  %s  %s",
                    candidate.probability(),
                    candidate.isSpan() ? candidate.start() + "-" + candidate.end() : "-",
                    candidate.text().isEmpty() ? "(no answer)" : candidate.text()));
        }
    }
}
