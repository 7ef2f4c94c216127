package dev.mokha.language.question;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.mokha.language.corpus.CorpusException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SquadDataTest {
    private static final String TWO = """
            {"version": "v2.0", "data": [{"title": "Cities", "paragraphs": [{
              "context": "😀 Cairo lies on the Nile. Cairo grew.",
              "qas": [
                {"id": "a", "question": "Where?", "is_impossible": false,
                 "answers": [{"text": "the Nile", "answer_start": 16}, {"text": "Nile", "answer_start": 20}]},
                {"id": "b", "question": "Who?", "is_impossible": true, "answers": [],
                 "plausible_answers": [{"text": "Cairo", "answer_start": 2}]}]}]}]}
            """;

    @TempDir
    Path folder;

    @Test
    void answersStandWhereCodePointsSayAndImpossibleQuestionsHaveNone() throws IOException {
        SquadData data = SquadData.read(Files.writeString(folder.resolve("a.json"), TWO));
        assertThat(data.version()).isEqualTo("v2.0");
        assertThat(data.problems()).isEmpty();
        assertThat(data.hasImpossible()).isTrue();
        assertThat(data.questions()).hasSize(2);
        Question first = data.questions().getFirst();
        assertThat(first.answers()).containsExactly(new Gold("the Nile", 17), new Gold("Nile", 21));
        assertThat(first.target()).contains(new Gold("the Nile", 17));
        assertThat(data.questions().getLast().target()).isEmpty();
        assertThat(data.first(1).questions()).hasSize(1);
    }

    @Test
    void gzipIsToldByItsBytes() throws IOException {
        Path file = folder.resolve("named.json");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(TWO.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(SquadData.read(file).questions()).hasSize(2);
    }

    @Test
    void linesMayWriteAnswersInAnyOfFourWays() throws IOException {
        Path file = Files.writeString(folder.resolve("a.jsonl"), """
                {"question": "q", "context": "one two two", "answers": [{"text": "one", "answer_start": 0}]}

                {"question": "q", "context": "one two two", "answers": {"text": "one", "answer_start": 0}}
                {"question": "q", "context": "one two two", "answers": {"text": ["one"], "answer_start": [0]}}
                {"question": "q", "context": "one two two", "answers": ["one", "two", "six"]}
                {"id": "mine", "question": "q", "context": "one two two", "answers": {"text": [], "answer_start": []}}
                """);
        SquadData data = SquadData.read(file);
        assertThat(data.questions()).extracting(Question::id).containsExactly("1", "3", "4", "5", "mine");
        for (int i = 0; i < 3; i++) {
            assertThat(data.questions().get(i).answers()).containsExactly(new Gold("one", 0));
        }
        assertThat(data.questions().get(3).answers())
                .containsExactly(new Gold("one", 0), new Gold("two", 4), new Gold("six", Gold.NOWHERE));
        assertThat(data.problems()).hasSize(2);
        assertThat(data.questions().getLast().impossible()).isTrue();
    }

    @Test
    void misplacedAnswersAreReportedOrRefused() throws IOException {
        Path file = Files.writeString(
                folder.resolve("m.json"),
                TWO.replace("\"answer_start\": 16", "\"answer_start\": 15")
                        .replace("\"Nile\", \"answer_start\": 20", "\"Cairo\", \"answer_start\": 900"));
        SquadData data = SquadData.read(file);
        assertThat(data.questions().getFirst().answers())
                .containsExactly(new Gold("the Nile", 17), new Gold("Cairo", Gold.NOWHERE));
        assertThat(data.problems()).hasSize(2);
        assertThat(data.problems().getFirst().toString())
                .contains("article 1 (Cities), paragraph 1, question 1 (a)", "answer_start 15", "only occurrence");
        assertThat(data.problems().getLast().what()).contains("900", "beyond", "37 characters", "not for training");
        assertThatThrownBy(() -> SquadData.read(file, SquadData.Misplaced.REFUSE))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("question 1 (a)");
    }

    @Test
    void whatCannotBeReadIsNamed() throws IOException {
        refuses("", "empty");
        refuses("[]", "data[]");
        refuses("{\"version\": \"1.1\"}", "[version]");
        refuses("{\"data\": []}", "holds no question");
        refuses("{\"data\": [", "not JSON", "line 1");
        refuses("{\"data\": [{\"title\": \"T\"}]}", "article 1 (T)", "paragraphs");
        refuses(TWO.replace("\"context\"", "\"text\""), "paragraph 1", "'context'");
        refuses(TWO.replace("\"id\": \"b\"", "\"id\": \"a\""), "question 2 (a)", "question 1 (a)", "unique");
        refuses(TWO.replace("\"answer_start\": 16", "\"answer_start\": \"16\""), "question 1 (a)", "code points");
        refuses(TWO.replace("\"is_impossible\": true", "\"is_impossible\": 1"), "question 2 (b)", "is_impossible");
        refuses(TWO.replace("\"is_impossible\": true", "\"is_impossible\": false"), "question 2 (b)", "no answer");
        refuses(TWO.replace("\"question\": \"Who?\"", "\"question\": 7"), "question 2 (b)", "question = 7");
        assertThatThrownBy(() -> SquadData.read(folder.resolve("none.json"))).hasMessageContaining("none.json");
        Path lines = Files.writeString(folder.resolve("bad.jsonl"), "{\"question\":\"q\",\"context\":\"c\"}\n{");
        assertThatThrownBy(() -> SquadData.read(lines)).hasMessageContaining("line 2");
        Path latin = Files.write(folder.resolve("l.jsonl"), new byte[] {'{', (byte) 0xE9});
        assertThatThrownBy(() -> SquadData.read(latin)).hasMessageContaining("UTF-8");
        Path cut = Files.write(folder.resolve("cut.json.gz"), new byte[] {31, -117, 8, 0});
        assertThatThrownBy(() -> SquadData.read(cut))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("cut.json.gz");
    }

    @Test
    void predictionsThatAreNoneAreRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("p.json"), "{\"a\": 1}");
        assertThatThrownBy(() -> PredictionFiles.readAnswers(file)).hasMessageContaining("'a'");
        assertThat(PredictionFiles.readOdds(file)).containsEntry("a", 1.0);
        Files.writeString(file, "{\"a\": \"x\"}");
        assertThatThrownBy(() -> PredictionFiles.readOdds(file)).hasMessageContaining("'a'");
        Files.writeString(file, "[1]");
        assertThatThrownBy(() -> PredictionFiles.readAnswers(file)).hasMessageContaining("no JSON object");
        Files.writeString(file, "");
        assertThatThrownBy(() -> PredictionFiles.readAnswers(file)).hasMessageContaining("p.json");
        Files.writeString(file, "{\"a\": \"x\", \"a\": \"y\"}");
        assertThatThrownBy(() -> PredictionFiles.readAnswers(file)).hasMessageContaining("uplicate");
    }

    @FuzzTest(maxDuration = "10s")
    void anyFileIsReadOrRefused(byte[] bytes) throws IOException {
        for (String name : new String[] {"f.json", "f.jsonl"}) {
            Path file = Files.write(folder.resolve(name), bytes);
            try {
                assertThat(SquadData.read(file).questions()).isNotEmpty();
            } catch (CorpusException e) {
                assertThat(e).hasMessageContaining(name);
            }
        }
    }

    private void refuses(String content, String... words) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.json"), content);
        var thrown = assertThatThrownBy(() -> SquadData.read(file)).isInstanceOf(CorpusException.class);
        for (String word : words) {
            thrown.hasMessageContaining(word);
        }
    }
}
