package dev.mokha.cli;

import dev.mokha.cli.facts.JsonFiles;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.judge.AnswerWriter;
import dev.mokha.language.judge.Answers;
import dev.mokha.language.judge.Judge;
import dev.mokha.language.judge.JudgeFiles;
import dev.mokha.language.judge.JudgePrompt;
import dev.mokha.language.judge.JudgeReport;
import dev.mokha.language.judge.Judging;
import dev.mokha.language.judge.Question;
import dev.mokha.language.judge.ReplyFile;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.node.ObjectNode;

/// The answers of one model or two, before a judge.
///
/// @param model a folder or a file of answers
/// @param against another; null to have the first one's rated
/// @param limit at most so many questions; 0 for all
/// @param parallel prompts under way at one time
record JudgeRun(
        Path model,
        @Nullable Path against,
        Path questionFile,
        int limit,
        JudgeChoice who,
        JudgePrompt prompt,
        int parallel,
        SamplingOptions sampling,
        Path out) {
    /// What may differ when a run goes on: how far it goes, how the judge is reached, and how fast.
    private static final Set<String> FREE =
            Set.of("--limit", "--endpoint", "--key-from", "--parallel", "--timeout", "--tries", "--json");

    private static final List<Integer> WIDTHS = List.of(24, 10, 20, 10);

    void run(CommandSpec spec, boolean json) throws InterruptedException {
        List<Question> all = Question.read(questionFile);
        List<Question> questions = limit == 0 ? all : all.subList(0, Math.min(limit, all.size()));
        PrintWriter err = spec.commandLine().getErr();
        if (!Files.isDirectory(model)) {
            Answers.read(model, questions); // before anything is written
        }
        if (against != null && !Files.isDirectory(against)) {
            Answers.read(against, questions);
        }
        try (Judge judge = who.open()) {
            RunFile.begin(out, spec, Map.of("questions", questions.size()), FREE);
            JsonFiles.write(out.resolve("template.jinja"), prompt.text());
            Answers a = answers(model, "answers.jsonl", questions, err);
            var judging = new Judging(judge, prompt, parallel);
            try (var replies = ReplyFile.open(out.resolve("replies.jsonl"));
                    var progress = new EvaluationProgress(err)) {
                Path report = out.resolve("report.html");
                if (against == null) {
                    var grades = judging.grade(questions, a, replies, progress);
                    JudgeFiles.write(out, grades);
                    JudgeReport.write(report, grades);
                    show(
                            spec,
                            json ? JudgeFiles.json(grades) : null,
                            JudgeReport.rows(grades),
                            JudgeReport.remarks(grades),
                            grades.without());
                } else {
                    Answers b = answers(against, "answers-against.jsonl", questions, err);
                    boolean same = a.model().equals(b.model());
                    var duel = judging.compare(
                            questions, a, same ? b.called(b.model() + " (against)") : b, replies, progress);
                    JudgeFiles.write(out, duel);
                    JudgeReport.write(report, duel);
                    show(
                            spec,
                            json ? JudgeFiles.json(duel) : null,
                            JudgeReport.rows(duel),
                            JudgeReport.remarks(duel),
                            duel.without());
                }
            }
        }
    }

    private Answers answers(Path from, String name, List<Question> questions, PrintWriter err) {
        if (!Files.isDirectory(from)) {
            return Answers.read(from, questions);
        }
        String called = from.toAbsolutePath().normalize().getFileName().toString();
        try (var loaded = LanguageModel.load(from);
                var progress = new EvaluationProgress(err)) {
            if (!loaded.canChat()) {
                err.println(from + " has no chat template: it gets questions as plain text");
            }
            return AnswerWriter.write(
                    out.resolve(name), called, loaded, sampling.sampling(loaded), questions, progress);
        }
    }

    private static void show(
            CommandSpec spec,
            @Nullable ObjectNode json,
            List<List<String>> rows,
            List<String> remarks,
            List<String> without) {
        PrintWriter print = spec.commandLine().getOut();
        if (json != null) {
            print.println(json.toPrettyString());
        } else {
            rows.forEach(row -> print.println(TextTable.line(row, WIDTHS)));
            remarks.forEach(print::println);
        }
        print.flush();
        if (!without.isEmpty()) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("without a verdict, and in no figure: " + without.size());
            without.stream().limit(20).forEach(place -> err.println("  " + place));
            if (without.size() > 20) {
                err.println("  and " + (without.size() - 20) + " more in report.html");
            }
        }
    }
}
