package dev.mokha.language.judge;

import dev.mokha.language.evaluate.Evaluation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// Puts questions and answers to a judge: one answer for a rating, or two in both orders.
///
/// ```java
/// try (Judge judge = new EndpointJudge(endpoint, key); var replies = ReplyFile.open(file)) {
///     var judging = new Judging(judge, prompt, 4);
///     Duel duel = judging.compare(questions, ours, theirs, replies, Evaluation.Progress.silent());
/// }
/// ```
///
/// @param prompt for one answer or for two, as is asked for
/// @param atOnce how many prompts are under way at one time, of a judge that takes several
public record Judging(Judge judge, JudgePrompt prompt, int atOnce) {
    /// Which answer stood first, of a pair; the only order of one answer.
    static final String AB = "ab";

    static final String BA = "ba";
    private static final String ALONE = "a";

    public Judging {
        if (atOnce < 1) {
            throw new IllegalArgumentException("at least 1 prompt is under way at one time, not " + atOnce);
        }
    }

    /// What the judge is asked.
    ///
    /// @param turn from 0
    record Ask(Question question, int turn, String order, String prompt) {}

    /// What came of it.
    ///
    /// @param reply null where the judge refused
    /// @param refusal why, or empty
    record Told(@Nullable Reply reply, String refusal) {
        String text() {
            return reply == null ? "" : reply.text();
        }
    }

    /// Has each answer rated.
    ///
    /// @throws JudgeException when the judge cannot be asked, or none of its replies holds a verdict
    public Grades grade(List<Question> questions, Answers answers, ReplyFile replies, Evaluation.Progress progress)
            throws InterruptedException {
        List<Ask> asks = new ArrayList<>();
        for (Question question : questions) {
            for (int turn = 0; turn < question.turns().size(); turn++) {
                asks.add(new Ask(question, turn, ALONE, prompt.about(question, turn, answers.to(question))));
            }
        }
        List<Told> told = ask(asks, replies, progress);
        List<Grades.Grade> grades = new ArrayList<>();
        for (int i = 0; i < asks.size(); i++) {
            Ask ask = asks.get(i);
            Told reply = told.get(i);
            grades.add(new Grades.Grade(
                    ask.question(),
                    ask.turn(),
                    answers.to(ask.question()).get(ask.turn()),
                    Verdicts.rating(reply.text()),
                    reply));
        }
        requireVerdict(grades.stream().anyMatch(grade -> grade.rating() != null), told);
        return new Grades(answers, judge.name(), grades);
    }

    /// Has the answers of two models compared, each pair in both orders.
    ///
    /// @throws JudgeException when the judge cannot be asked, or none of its replies holds a verdict
    public Duel compare(List<Question> questions, Answers a, Answers b, ReplyFile replies, Evaluation.Progress progress)
            throws InterruptedException {
        List<Ask> asks = new ArrayList<>();
        for (Question question : questions) {
            List<String> first = a.to(question);
            List<String> second = b.to(question);
            for (int turn = 0; turn < question.turns().size(); turn++) {
                asks.add(new Ask(question, turn, AB, prompt.about(question, turn, first, second)));
                asks.add(new Ask(question, turn, BA, prompt.about(question, turn, second, first)));
            }
        }
        List<Told> told = ask(asks, replies, progress);
        List<Duel.Game> games = new ArrayList<>();
        for (int i = 0; i < asks.size(); i += 2) {
            Ask ask = asks.get(i);
            games.add(new Duel.Game(
                    ask.question(),
                    ask.turn(),
                    a.to(ask.question()).get(ask.turn()),
                    b.to(ask.question()).get(ask.turn()),
                    told.get(i),
                    told.get(i + 1)));
        }
        requireVerdict(games.stream().anyMatch(game -> game.outcome() != null), told);
        return new Duel(a, b, judge.name(), games);
    }

    private static void requireVerdict(boolean any, List<Told> told) {
        if (!any) {
            Told first = told.getFirst();
            String said = first.text().strip().replaceAll("\\s+", " ");
            throw new JudgeException("the judge gave no verdict that counts; its first reply: "
                    + (said.isEmpty()
                            ? "(empty) " + first.refusal()
                            : said.length() <= 300 ? said : said.substring(0, 300) + "…"));
        }
    }

    // ---- asking ----

    private List<Told> ask(List<Ask> asks, ReplyFile replies, Evaluation.Progress progress)
            throws InterruptedException {
        Set<String> seen = new LinkedHashSet<>(); // two models may have given the same answer
        List<Ask> open = asks.stream()
                .filter(ask -> replies.find(judge, ask.prompt()) == null && seen.add(ask.prompt()))
                .toList();
        progress.begins("verdicts of " + judge.name(), open.size());
        var refusals = new Refusals();
        if (judge.takesSeveral()) {
            askAtOnce(open, replies, refusals, progress);
        } else {
            for (Ask ask : open) {
                askOne(ask, replies, refusals);
                progress.done(1);
            }
        }
        return asks.stream().map(ask -> told(ask, replies, refusals)).toList();
    }

    private Told told(Ask ask, ReplyFile replies, Refusals refusals) {
        return new Told(replies.find(judge, ask.prompt()), refusals.of(ask));
    }

    private void askAtOnce(List<Ask> open, ReplyFile replies, Refusals refusals, Evaluation.Progress progress)
            throws InterruptedException {
        var workers = Executors.newFixedThreadPool(
                atOnce, Thread.ofVirtual().name("judge-", 0).factory());
        try {
            var done = new ExecutorCompletionService<Ask>(workers);
            for (Ask ask : open) {
                done.submit(() -> {
                    askOne(ask, replies, refusals);
                    return ask;
                });
            }
            for (int i = 0; i < open.size(); i++) {
                done.take().get();
                progress.done(1);
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known
                    ? known
                    : new JudgeException("asking the judge failed: " + e.getCause(), e);
        } finally {
            workers.shutdownNow(); // after a failure the others end too; what they were told is kept
            workers.close();
        }
    }

    private void askOne(Ask ask, ReplyFile replies, Refusals refusals) throws InterruptedException {
        try {
            replies.add(judge, ask, judge.ask(ask.prompt()));
        } catch (RefusedException e) {
            refusals.add(ask, String.valueOf(e.getMessage()));
        }
    }
}
