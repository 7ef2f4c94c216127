package dev.mokha.language.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.evaluate.Evaluation;
import dev.mokha.testkit.ChatServer;
import dev.mokha.testkit.ChatServer.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class JudgingTest {
    private static final JudgePrompt PAIR = JudgePrompt.builtIn(true, JudgePrompt.Language.EN);
    private static final JudgePrompt SINGLE = JudgePrompt.builtIn(false, JudgePrompt.Language.AR);
    private static final List<Question> QUESTIONS = List.of(
            new Question("1", "math", List.of("q1 first", "q1 second"), List.of("four")),
            new Question("2", "writing", List.of("q2"), List.of()),
            new Question("3", "writing", List.of("q3"), List.of()));

    @TempDir
    private Path folder;

    /// A judge in this process that says what a test wants.
    private record Scripted(UnaryOperator<String> says, AtomicInteger asked) implements Judge {
        Scripted(UnaryOperator<String> says) {
            this(says, new AtomicInteger());
        }

        @Override
        public Reply ask(String prompt) {
            asked.incrementAndGet();
            return new Reply(says.apply(prompt), "stop", 1, 1);
        }

        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public String settings() {
            return "";
        }

        @Override
        public boolean takesSeveral() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static Answers answers(String model, String... byQuestion) {
        Map<String, List<String>> map = new LinkedHashMap<>();
        for (int i = 0; i < byQuestion.length; i++) {
            map.put(String.valueOf(i + 1), List.of(byQuestion[i].split("/", -1)));
        }
        return new Answers(model, map, 0);
    }

    private Duel duel(Judge judge, Answers a, Answers b) throws InterruptedException {
        try (var replies = ReplyFile.open(folder.resolve("replies.jsonl"))) {
            return new Judging(judge, PAIR, 3).compare(QUESTIONS, a, b, replies, Evaluation.Progress.silent());
        }
    }

    private Grades grades(Judge judge, Answers a) throws InterruptedException {
        try (var replies = ReplyFile.open(folder.resolve("replies.jsonl"))) {
            return new Judging(judge, SINGLE, 3).grade(QUESTIONS, a, replies, Evaluation.Progress.silent());
        }
    }

    /// Prefers the answer with "good" in it, by what stands last in the prompt.
    private static String fair(String prompt) {
        int a = prompt.lastIndexOf("<assistant_a>");
        int b = prompt.lastIndexOf("<assistant_b>");
        boolean first = prompt.substring(a, b).contains("good");
        boolean second = prompt.substring(b).contains("good");
        return first == second ? "[[C]]" : first ? "[[A]]" : "[[B]]";
    }

    @Test
    void aFairJudgeIsNotMovedByTheOrder() throws InterruptedException {
        Duel duel = duel(
                new Scripted(JudgingTest::fair),
                answers("a", "good/good", "bad", "good and long"),
                answers("b", "bad/good", "good", "bad"));
        assertThat(duel.count(Duel.Outcome.WIN)).isEqualTo(2);
        assertThat(duel.count(Duel.Outcome.TIE)).isEqualTo(1);
        assertThat(duel.count(Duel.Outcome.LOSS)).isEqualTo(1);
        assertThat(duel.winRate().value()).isEqualTo(2.5 / 4);
        assertThat(duel.winRate().low()).isLessThan(2.5 / 4);
        assertThat(duel.winRate().questions()).isEqualTo(4);
        assertThat(duel.p()).isEqualTo(1);
        assertThat(duel.positionBias()).isEqualTo(new Duel.PositionBias(1, 0, 0));
        assertThat(duel.byTurn().get(2)).extracting("value").isEqualTo(0.5);
        assertThat(duel.byCategory()).containsOnlyKeys("math", "writing");
        assertThat(duel.byCategory().get("writing")).extracting("value").isEqualTo(0.5);
        assertThat(duel.meanLengthA()).isEqualTo((4 + 4 + 3 + 13) / 4.0);
        assertThat(duel.lengthDifference().value()).isEqualTo((1 + 0 - 1 + 10) / 4.0);
        assertThat(duel.longerWins()).isEqualTo(1);
        assertThat(duel.without()).isEmpty();
    }

    @Test
    void aJudgeThatLikesWhatStandsFirstMakesTies() throws InterruptedException {
        Duel duel = duel(new Scripted(_ -> "[[A]]"), answers("a", "x/x", "x", "x"), answers("b", "y/y", "y", "y"));
        assertThat(duel.count(Duel.Outcome.TIE)).isEqualTo(4);
        assertThat(duel.winRate().value()).isEqualTo(0.5);
        assertThat(duel.positionBias()).isEqualTo(new Duel.PositionBias(0, 1, 0));
        assertThat(duel.longerWins()).isNaN();
    }

    @Test
    void halfAVerdictForTheSecondPlaceIsBiasTowardIt() throws InterruptedException {
        // b first: the second, which is a; a first: a tie.
        Duel duel = duel(
                new Scripted(prompt -> prompt.indexOf("\nx\n") < prompt.indexOf("\ny\n") ? "[[C]]" : "[[B]]"),
                answers("a", "x/x", "x", "x"),
                answers("b", "y/y", "y", "y"));
        assertThat(duel.count(Duel.Outcome.TIE)).isEqualTo(4);
        assertThat(duel.positionBias()).isEqualTo(new Duel.PositionBias(0, 0, 1));
    }

    @Test
    void whatHasNoVerdictIsInNoFigure() throws InterruptedException {
        Duel duel = duel(
                new Scripted(prompt -> prompt.contains("q2") ? "I cannot say." : "[[A]]"),
                answers("a", "x/x", "x", "x"),
                answers("b", "y/y", "y", "y"));
        assertThat(duel.without()).containsExactly("2, turn 1");
        assertThat(duel.winRate().questions()).isEqualTo(3);
        JudgeFiles.write(folder, duel);
        JudgeReport.write(folder.resolve("report.html"), duel);
        assertThat(folder.resolve("report.html")).content().contains("Without a verdict", "2, turn 1");
        assertThat(JudgeFiles.json(duel).path("without_verdict").path(0).asString())
                .isEqualTo("2, turn 1");
        assertThatThrownBy(() ->
                        duel(new Scripted(_ -> "Hm."), answers("a", "v/v", "v", "v"), answers("b", "w/w", "w", "w")))
                .isInstanceOf(JudgeException.class)
                .hasMessageContaining("no verdict that counts; its first reply: Hm.");
    }

    @Test
    void ratingsAreMeansOfTurnsAndCategories() throws InterruptedException, IOException {
        Grades grades = grades(
                new Scripted(prompt -> prompt.contains("q1 second")
                        ? "[[2]]"
                        : prompt.contains("q1") ? "[[4]]" : prompt.contains("q2") ? "[[9]]" : "none"),
                answers("a", "x/yy", "z", "z"));
        assertThat(grades.mean().value()).isEqualTo(5);
        assertThat(grades.mean().questions()).isEqualTo(3);
        assertThat(grades.byTurn().get(1)).extracting("value").isEqualTo(6.5);
        assertThat(grades.byTurn().get(2)).extracting("value").isEqualTo(2.0);
        assertThat(grades.byCategory().get("math")).extracting("value").isEqualTo(3.0);
        assertThat(grades.meanLength()).isEqualTo(5.0 / 4);
        assertThat(grades.without()).containsExactly("3, turn 1");
        JudgeFiles.write(folder, grades);
        JsonNode result = JsonMapper.shared().readTree(Files.readString(folder.resolve("result.json")));
        assertThat(result.path("rating").asDouble()).isEqualTo(5);
        assertThat(result.at("/categories/math/rating").asDouble()).isEqualTo(3);
        JsonNode first = JsonMapper.shared()
                .readTree(Files.readAllLines(folder.resolve("judgments.jsonl")).getFirst());
        assertThat(first.path("question_id").asInt()).isEqualTo(1);
        assertThat(first.path("score").asDouble()).isEqualTo(4);
    }

    @Test
    void theIntervalDrawsQuestionsAndNotTurns() throws InterruptedException {
        // Two questions of which one has two turns: a mean of turns lies among 1, 10 and what mixes them.
        Grades grades = grades(
                new Scripted(prompt -> prompt.contains("q1") ? "[[1]]" : "[[10]]"), answers("a", "x/x", "z", "z"));
        assertThat(grades.mean().value()).isCloseTo(5.5, within(1e-12));
        assertThat(grades.mean().low()).isEqualTo(1);
        assertThat(grades.mean().high()).isEqualTo(10);
    }

    @Test
    void nothingIsAskedTwiceEvenAfterADeathInTheMiddleOfALine() throws InterruptedException, IOException {
        Answers a = answers("a", "x/x", "x", "x");
        Answers b = answers("b", "y/y", "y", "y");
        var first = new Scripted(prompt -> {
            if (prompt.contains("q3")) {
                throw new JudgeException("the power went");
            }
            return "[[A]]";
        });
        assertThatThrownBy(() -> duel(first, a, b)).hasMessage("the power went");
        Path file = folder.resolve("replies.jsonl");
        int kept = Files.readAllLines(file).size();
        Files.writeString(file, "{\"key\": \"half a li", StandardOpenOption.APPEND);

        var second = new Scripted(_ -> "[[A]]");
        assertThat(duel(second, a, b).games()).hasSize(4);
        assertThat(second.asked().get()).isEqualTo(8 - kept).isPositive();
        var third = new Scripted(_ -> "[[B]]");
        assertThat(duel(third, a, b).positionBias().toFirst()).isEqualTo(1);
        assertThat(third.asked().get()).isZero();

        Files.writeString(file, "no JSON\n", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> duel(third, a, b)).hasMessageContaining("line 9: not JSON");
    }

    @Test
    void equalAnswersOfTwoModelsAreAskedOnce() throws InterruptedException {
        var judge = new Scripted(_ -> "[[C]]");
        Duel duel = duel(judge, answers("a", "x/x", "x", "x"), answers("b", "x/x", "x", "x"));
        assertThat(judge.asked().get()).isEqualTo(4);
        assertThat(duel.count(Duel.Outcome.TIE)).isEqualTo(4);
    }

    @Test
    void oneRunWritesToAFileAtATime() {
        try (var _ = ReplyFile.open(folder.resolve("replies.jsonl"))) {
            assertThatThrownBy(() -> duel(
                            new Scripted(_ -> "[[A]]"), answers("a", "x/x", "x", "x"), answers("b", "y/y", "y", "y")))
                    .hasMessageContaining("another run writes to");
        }
    }

    @Test
    void promptsAreUnderWaySideBySideAndOneThatIsRefusedIsListed() throws InterruptedException {
        var arrived = new AtomicInteger();
        try (var server = new ChatServer(call -> {
                    if (call.prompt().contains("q3")) {
                        return Response.error(400, "too long");
                    }
                    // The first two meet; the rest go through.
                    int number = call.prompt().startsWith("one") ? 3 : arrived.incrementAndGet();
                    while (number <= 2 && arrived.get() < 2) {
                        Thread.onSpinWait();
                    }
                    return Response.says("[[A]]");
                });
                var judge = new EndpointJudge(
                        new Endpoint(
                                Endpoint.uri(server.url()),
                                "m",
                                8,
                                Duration.ofSeconds(30),
                                2,
                                JsonMapper.shared().createObjectNode()),
                        null)) {
            judge.ask("one that it takes"); // so that a 400 is this prompt's own
            Duel duel = duel(judge, answers("a", "x/x", "x", "x"), answers("b", "y/y", "y", "y"));
            assertThat(server.mostAtOnce()).isBetween(2, 3);
            assertThat(duel.without()).containsExactly("3, turn 1: the judge answered 400: too long");
        }
    }

    @Test
    void theExampleOfThePageRuns() throws InterruptedException {
        List<Question> questions = QUESTIONS;
        Answers ours = answers("ours", "x/x", "x", "x");
        Answers theirs = answers("theirs", "y/y", "y", "y");
        Path file = folder.resolve("replies.jsonl");
        try (var server = new ChatServer(_ -> Response.says("[[C]]"))) {
            var endpoint = new Endpoint(
                    Endpoint.uri(server.url()),
                    "judge",
                    100,
                    Duration.ofSeconds(30),
                    2,
                    JsonMapper.shared().createObjectNode());
            String key = "secret";
            // region judge
            try (Judge judge = new EndpointJudge(endpoint, key);
                    var replies = ReplyFile.open(file)) {
                var judging = new Judging(judge, JudgePrompt.builtIn(true, JudgePrompt.Language.AR), 8);
                Duel duel = judging.compare(questions, ours, theirs, replies, Evaluation.Progress.silent());
                double share = duel.winRate().value(); // duel.winRate().low() and high() around it
                // endregion
                assertThat(share).isEqualTo(0.5);
            }
        }
    }

    @Test
    void aTemplateOfOnesOwnSeesTheTurns() throws IOException {
        Path file = Files.writeString(
                folder.resolve("mine.jinja"),
                "{{ category }} {{ turn }}:{% for t in turns %} {{ t.question }}={{ t.answer }}{% endfor %}"
                        + "{% if reference %} ({{ reference }}){% endif %}");
        JudgePrompt prompt = JudgePrompt.read(file);
        assertThat(prompt.about(QUESTIONS.getFirst(), 0, List.of("4", "6"))).isEqualTo("math 1: q1 first=4 (four)");
        assertThat(prompt.about(QUESTIONS.getFirst(), 1, List.of("4", "6")))
                .isEqualTo("math 2: q1 first=4 q1 second=6");
        JudgePrompt wrong = new JudgePrompt("{{ anser }}", "wrong.jinja");
        assertThatThrownBy(() -> wrong.about(QUESTIONS.getFirst(), 0, List.of("4", "6")))
                .isInstanceOf(JudgeException.class)
                .hasMessageContaining("wrong.jinja, question 1")
                .hasMessageContaining("answer");
        assertThatThrownBy(() -> JudgePrompt.read(folder.resolve("none"))).hasMessageContaining("there is no template");
    }

    @Test
    void ourTemplatesShowEveryTurnAndTheReferenceButNoVerdictOfTheirOwn() {
        for (JudgePrompt.Language language : JudgePrompt.Language.values()) {
            String single =
                    JudgePrompt.builtIn(false, language).about(QUESTIONS.getFirst(), 0, List.of("ans1", "ans2"));
            assertThat(single).contains("q1 first", "ans1", "four", "[[").doesNotContain("ans2", "q1 second", "{%");
            assertThat(Verdicts.rating(single)).isNull();
            String pair = JudgePrompt.builtIn(true, language)
                    .about(QUESTIONS.getFirst(), 1, List.of("ans1", "ans2"), List.of("oth1", "oth2"));
            assertThat(pair).contains("q1 second", "ans1", "ans2", "oth1", "oth2");
            assertThat(pair.indexOf("ans2")).isLessThan(pair.indexOf("oth2"));
            assertThat(Verdicts.preference(pair)).isNull();
        }
    }
}
