package dev.mokha.language.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.corpus.CorpusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QuestionTest {
    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("file.jsonl"), text);
    }

    private List<Question> questions(String text) throws IOException {
        return Question.read(Files.writeString(folder.resolve("questions.jsonl"), text));
    }

    @Test
    void mtBenchAndPlainPromptsAreRead() throws IOException {
        List<Question> read = questions("""
            {"question_id": 111, "category": "math", "turns": ["2+2?", "And 3+3?"], "reference": ["4", "6"]}
            {"prompt": "ما عاصمة اليمن؟", "id": "sana"}

            {"instruction": "Say hello.", "dataset": "helpful_base", "input": "In Arabic."}
            """);
        assertThat(read)
                .containsExactly(
                        new Question("111", "math", List.of("2+2?", "And 3+3?"), List.of("4", "6")),
                        new Question("sana", "", List.of("ما عاصمة اليمن؟"), List.of()),
                        new Question("3", "", List.of("Say hello.\n\nIn Arabic."), List.of()));
        assertThat(read.getFirst().reference(1)).isEqualTo("6");
        assertThat(read.get(1).reference(0)).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '~', textBlock = """
        {"category": "math"}                                   § line 1: no question; it has [category]
        {"prompt": "a", "id": 1}\\n{"prompt": "b", "id": "1"}  § line 2: the question 1 is there twice
        {"turns": [1]}                                         § line 1: 1 is no text
        {"turns": {"a": 1}}                                    § neither a text nor a list
        {"turns": []}                                          § line 1: no question
        []                                                     § holds no question
        """)
    void whatIsNoQuestionIsNamed(String text, String message) {
        assertThatThrownBy(() -> questions(text.replace("\\n", "\n")))
                .isInstanceOf(JudgeException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatIsNoJsonIsNamedByItsLine() {
        assertThatThrownBy(() -> questions("{\"prompt\": \"a\"}\nnothing"))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("line 2");
    }

    @Test
    void answersOfFastChatAndAlpacaEvalAreRead() throws IOException {
        List<Question> two = questions("""
            {"question_id": 1, "turns": ["a", "b"]}
            {"question_id": 2, "prompt": "c"}
            """);
        Answers fastChat = Answers.read(file("""
            {"question_id": 1, "model_id": "vicuna", "choices": [{"index": 0, "turns": ["A", "B"]}], "tstamp": 1.5}
            {"question_id": 2, "model_id": "vicuna", "choices": [{"index": 0, "turns": ["C"]}], "ends": ["LENGTH"]}
            """), two);
        assertThat(fastChat.model()).isEqualTo("vicuna");
        assertThat(fastChat.to(two.getFirst())).containsExactly("A", "B");
        assertThat(fastChat.cutShort()).isEqualTo(1);

        List<Question> one = questions("{\"instruction\": \"c\"}");
        Answers alpaca = Answers.read(file("[{\"instruction\": \"c\", \"output\": \"C\", \"generator\": \"g\"}]"), one);
        assertThat(alpaca.model()).isEqualTo("g");
        assertThat(alpaca.to(one.getFirst())).containsExactly("C");
        assertThat(Answers.read(file("{\"id\": 1, \"answer\": \"C\"}"), one).model())
                .isEqualTo("file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '~', textBlock = """
        {"question_id": 1, "turns": ["A"]}                                    § question 1 has 2 turns, and its answer 1
        {"question_id": 9, "output": "A"}                                     § no answer to 1 of 1 questions: 1
        {"output": "A"}                                                       § whose answer is this?
        {"question_id": 1}                                                    § line 1: no answer
        {"id": 1, "turns": ["A", "B"]}\\n{"id": 1, "turns": ["A", "B"]}       § line 2: a second answer to question 1
        """)
    void whatIsNoAnswerIsNamed(String text, String message) throws IOException {
        List<Question> asked = questions("{\"question_id\": 1, \"turns\": [\"a\", \"b\"]}");
        Path file = file(text.replace("\\n", "\n"));
        assertThatThrownBy(() -> Answers.read(file, asked))
                .isInstanceOf(JudgeException.class)
                .hasMessageContaining(message);
    }
}
