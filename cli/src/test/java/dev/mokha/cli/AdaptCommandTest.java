package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

final class AdaptCommandTest {
    @TempDir
    private Path folder;

    @Test
    void theModelGetsPiecesRowsTrainingAndATemplate() throws IOException {
        Path base = TinyModel.write(folder.resolve("base"));
        Path arabic = folder.resolve("arabic.txt");
        Files.writeString(arabic, "قرأ الولد الكتاب على الطاولة والكتاب جديد\n\n".repeat(20));
        Path chats = folder.resolve("chats.jsonl");
        Files.writeString(
                chats,
                "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}, {\"role\": \"assistant\", \"content\": \"yo\"}]}\n");
        Path out = folder.resolve("run");
        Object[] command = {
            "adapt",
            base,
            "--language",
            "ar",
            "--pieces",
            "30",
            "--data",
            "ar=" + arabic,
            "--steps",
            "3",
            "--context",
            "64",
            "--batch",
            "2",
            "--conversations",
            chats,
            "--tune-steps",
            "2",
            "--out",
            out
        };
        var run = Run.mokha(command);
        assertThat(run.err()).contains("continued: step 3/3", "tuned: step 2/2");
        assertThat(run.code()).isZero();
        assertThat(run.out().strip()).isEqualTo(out.resolve("model").toString());
        var config = new JsonMapper().readTree(Files.readString(out.resolve("model/config.json")));
        assertThat(config.at("/vocab_size").asInt())
                .isGreaterThan(Tokenizer.load(base).idBound())
                .matches(rows -> rows % 64 == 0);
        assertThat(out.resolve("model/chat_template.jinja")).exists();
        assertThat(Tokenizer.load(out.resolve("model")).encodeIds("الكتاب").length)
                .isLessThan(Tokenizer.load(base).encodeIds("الكتاب").length);

        byte[] weights = Files.readAllBytes(out.resolve("model/model.safetensors"));
        assertThat(Run.mokha(command).code()).isZero(); // done already: the same again
        assertThat(Files.readAllBytes(out.resolve("model/model.safetensors"))).isEqualTo(weights);
    }

    @Test
    void tuningMayTrainAdapters() throws IOException {
        Path base = TinyModel.write(folder.resolve("base"));
        Path text = Files.writeString(folder.resolve("text.txt"), "the cat sat on the mat\n\n".repeat(80));
        Path chats = Files.writeString(
                folder.resolve("chats.jsonl"), "{\"prompt\": \"a\", \"completion\": \"the cat\"}\n".repeat(2));
        Path out = folder.resolve("run");
        List<Object> words = new ArrayList<>(List.of("adapt", base, "--pieces", "0", "--data", "en=" + text));
        words.addAll(List.of("--steps", "2", "--context", "96", "--batch", "2", "--out", out, "--lora-rank", "2"));
        Run without = Run.mokha(words.toArray());
        assertThat(without.code()).isEqualTo(2);
        assertThat(without.err()).contains("adapters are trained on --conversations");
        assertThat(out).doesNotExist();
        words.addAll(List.of("--conversations", chats, "--tune-steps", "2"));
        Run run = Run.mokha(words.toArray());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(out.resolve("tuned/adapter/adapter_model.safetensors")).exists();
        assertThat(out.resolve("model/chat_template.jinja")).exists();
        assertThat(out.resolve("run.json")).content().contains("LoRA[targets=q_proj|k_proj");
    }

    @Test
    void piecesNeedALanguageToLearnFrom() throws IOException {
        Path text = folder.resolve("text.txt");
        Files.writeString(text, "some text\n");
        Path out = folder.resolve("run");
        var run = Run.mokha("adapt", folder, "--data", "ar=" + text, "--language", "fr", "--steps", "1", "--out", out);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--language", "--pieces 0");
        assertThat(out).doesNotExist();
        var none = Run.mokha("adapt", folder, "--data", "ar=" + text, "--pieces", "0", "--steps", "1", "--out", out);
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err()).contains("config.json");
        assertThat(out).doesNotExist();
    }
}
