package dev.mokha.language.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.corpus.CorpusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptsTest {
    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("prompts.jsonl"), text);
    }

    @Test
    void textsAndMessagesAreReadWithTheirFields() throws IOException {
        List<Prompt> prompts = Prompts.plain().read(file("""
                {"prompt": "12+7=", "answer": 19, "level": "easy", "parts": [1], "none": null}

                {"prompt": [{"role": "system", "content": "Count."}, {"role": "user", "content": "1+1?"}], "answer": 2e2}
                """));
        assertThat(prompts).hasSize(2);
        assertThat(prompts.getFirst().conversation()).isNull();
        assertThat(prompts.getFirst().text()).isEqualTo("12+7=");
        assertThat(prompts.getFirst().fields()).isEqualTo(Map.of("answer", "19", "level", "easy"));
        assertThat(prompts.getLast().text()).isEqualTo("1+1?");
        assertThat(Objects.requireNonNull(prompts.getLast().conversation()).messages())
                .hasSize(2);
        assertThat(prompts.getLast().fields()).isEqualTo(Map.of("answer", "200"));
        assertThat(prompts.getLast().where()).endsWith("line 3");
    }

    @Test
    void aTextCanBeWhatTheUserSays() throws IOException {
        var reader = new Prompts("question", true, "Be brief.");
        Prompt prompt = reader.read(file("{\"question\": \"How many?\", \"answer\": \"2*3=6\\n#### 6\"}"))
                .getFirst();
        assertThat(Objects.requireNonNull(prompt.conversation()).messages())
                .isEqualTo(List.of(
                        Map.of("role", "system", "content", "Be brief."),
                        Map.of("role", "user", "content", "How many?")));
        assertThatThrownBy(() -> new Prompts("prompt", false, "Be brief.")).hasMessageContaining("chat template");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"promt": "a"}                                           | line 1: no field 'prompt'
                    {"prompt": 3}                                            | neither a text nor a list of messages
                    {"prompt": []}                                           | end with the user, not with nothing
                    {"prompt": [{"role": "user"}]}                           | without 'content' as text
                    {"prompt": [{"role": "robot", "content": "a"}]}          | role 'robot' is none of
                    {"prompt": [{"role": "assistant", "content": "a"}]}      | not with the assistant
                    {"prompt": "a", "answer": 1e99999}                       | the number in 'answer' is out of range
                    {"prompt": "a"                                           | line 1: not JSON
                    7                                                        | no field 'prompt'
                    []                                                       | holds no prompt
                    """)
    void whatIsNoPromptIsNamed(String line, String named) throws IOException {
        Path file = file(line);
        assertThatThrownBy(() -> Prompts.plain().read(file))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("prompts.jsonl")
                .hasMessageContaining(named);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Prompts.plain().read(folder.resolve("none.jsonl")))
                .hasMessageContaining("there is no file")
                .hasMessageContaining("none.jsonl");
    }
}
