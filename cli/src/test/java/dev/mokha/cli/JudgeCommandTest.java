package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.testkit.ChatServer;
import dev.mokha.testkit.ChatServer.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class JudgeCommandTest {
    @TempDir
    private Path folder;

    private Path questions;
    private Path answers;

    @BeforeEach
    void files() throws IOException {
        questions = Files.writeString(folder.resolve("questions.jsonl"), """
            {"question_id": 81, "category": "animals", "turns": ["the cat", "and the dog"]}
            {"question_id": 82, "category": "places", "turns": ["the mat", "too"]}
            """);
        answers = Files.writeString(folder.resolve("ours.jsonl"), """
            {"question_id": 81, "model_id": "ours", "choices": [{"index": 0, "turns": ["sat", "sat too"]}]}
            {"question_id": 82, "model_id": "ours", "choices": [{"index": 0, "turns": ["on it", "yes"]}]}
            """);
    }

    private Run judge(ChatServer server, Object... more) {
        Object[] args = new Object[more.length + 9];
        Object[] first = {
            "judge", answers, "--questions", questions, "--endpoint", server.url(), "--judge-model", "strict", "--json"
        };
        System.arraycopy(first, 0, args, 0, first.length);
        System.arraycopy(more, 0, args, first.length, more.length);
        return Run.mokha(args);
    }

    @Test
    void answersAreRatedAndNothingIsAskedTwice() throws IOException {
        Path out = folder.resolve("out");
        try (var server = new ChatServer(call -> Response.says(call.prompt().contains("dog") ? "[[4]]" : "[[8]]"))) {
            Run run = judge(server, "--out", out, "--key-from", "PATH");
            assertThat(run.code()).as(run.err()).isZero();
            JsonNode result = JsonMapper.shared().readTree(run.out());
            assertThat(result.path("rating").asDouble()).isEqualTo(7);
            assertThat(result.at("/turns/2/rating").asDouble()).isEqualTo(6);
            assertThat(out)
                    .isDirectoryContaining("glob:**/result.json")
                    .isDirectoryContaining("glob:**/judgments.jsonl")
                    .isDirectoryContaining("glob:**/template.jinja")
                    .isDirectoryContaining("glob:**/report.html");

            String key = Objects.requireNonNull(System.getenv("PATH"));
            assertThat(server.calls()).allMatch(call -> call.authorization().equals("Bearer " + key));
            try (var files = Files.list(out)) {
                assertThat(files)
                        .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain(key));
            }
            assertThat(judge(server, "--out", out, "--parallel", "2").out()).isEqualTo(run.out());
            assertThat(server.calls()).hasSize(4);
            assertThat(judge(server, "--out", out, "--language", "ar").err())
                    .contains("is of a run with --language EN");
        }
    }

    @Test
    void aModelIsAskedAndComparedWithAFile() throws IOException {
        Path model = TinyModel.write(folder.resolve("tiny"));
        Path out = folder.resolve("out");
        try (var server = new ChatServer(_ -> Response.says("[[A]]"))) {
            Object[] args = {
                "judge",
                model,
                "--against",
                answers,
                "--questions",
                questions,
                "--endpoint",
                server.url(),
                "--judge-model",
                "strict",
                "--max-new-tokens",
                "4",
                "--out",
                out
            };
            Run run = Run.mokha(args);
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.err()).contains("no chat template");
            assertThat(run.out())
                    .contains(
                            "win rate",
                            "animals",
                            "turn 2",
                            "0 wins, 4 ties, 0 losses",
                            "leant to the first answer: 100.0 %");
            assertThat(server.calls())
                    .hasSize(8)
                    .allMatch(call -> call.authorization().isEmpty());
            JsonNode answer = JsonMapper.shared()
                    .readTree(Files.readAllLines(out.resolve("answers.jsonl")).getFirst());
            assertThat(answer.path("question_id").asInt()).isEqualTo(81);
            assertThat(answer.at("/choices/0/turns").size()).isEqualTo(2);

            // What was written can be judged again, as a file; the model answers the same.
            String before = Files.readString(out.resolve("answers.jsonl"));
            Files.writeString(
                    out.resolve("answers.jsonl"), before.lines().findFirst().orElseThrow() + "\n{\"quest");
            assertThat(Run.mokha(args).out()).isEqualTo(run.out());
            assertThat(out.resolve("answers.jsonl")).hasContent(before.strip());
            assertThat(server.calls()).hasSize(8);
        }
    }

    @Test
    void aModelFolderJudgesToo() throws IOException {
        Path model = TinyModel.write(folder.resolve("tiny"));
        Run run = Run.mokha(
                "judge",
                answers,
                "--questions",
                questions,
                "--judge",
                model,
                "--judge-tokens",
                "2",
                "--out",
                folder.resolve("out"));
        // It babbles, or has no room for the prompt; either way it is told and not guessed.
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("gave no verdict that counts");
    }

    @Test
    void whatIsWrongIsTold() throws IOException {
        Path out = folder.resolve("never");
        try (var server = new ChatServer(_ -> Response.error(401, "bad key"))) {
            Run wrong = judge(server, "--out", folder.resolve("out"));
            assertThat(wrong.code()).isEqualTo(1);
            assertThat(wrong.err()).contains("answered 401: bad key");
            assertThat(judge(server, "--out", out, "--key-from", "MOKHA_NO_SUCH_KEY")
                            .err())
                    .contains("--key-from names MOKHA_NO_SUCH_KEY, which is not set");
            assertThat(judge(server, "--out", out, "--request", "[1]").err()).contains("--request is a JSON object");
            assertThat(judge(server, "--out", out, "--template", folder.resolve("none"))
                            .err())
                    .contains("there is no template");
            Path one = Files.writeString(
                    folder.resolve("one.jsonl"), "{\"question_id\": 81, \"turns\": [\"a\", \"b\"]}\n");
            assertThat(judge(server, "--out", out, "--against", one).err())
                    .contains("no answer to 1 of 2 questions: 82");
            assertThat(judge(server, "--out", out, "--parallel", "0").code()).isEqualTo(2);
            assertThat(judge(server, "--out", out, "--judge", folder).code()).isEqualTo(2);
        }
        assertThat(Run.mokha("judge", answers, "--questions", questions, "--out", out)
                        .err())
                .contains("give the judge");
        assertThat(Run.mokha("judge", answers, "--questions", questions, "--out", out, "--endpoint", "http://h/v1")
                        .code())
                .isEqualTo(2);
        Run secret = Run.mokha(
                "judge",
                answers,
                "--questions",
                questions,
                "--out",
                out,
                "--endpoint",
                "http://a:sk-x@h/v1",
                "--judge-model",
                "m");
        assertThat(secret.code()).isEqualTo(1);
        assertThat(secret.err()).contains("has a password").doesNotContain("sk-x");
        assertThat(out).doesNotExist();
    }
}
