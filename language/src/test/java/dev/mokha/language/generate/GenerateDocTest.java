package dev.mokha.language.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.Loading;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.testkit.Golden;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the blocks of `docs/decoder.md`, and sees to it that they are regions of this file.
final class GenerateDocTest {
    @TempDir
    Path temp;

    // region generate
    static String ask(Path folder, StringBuilder screen) {
        try (var model = LanguageModel.load(folder)) {
            Sampling sampling = Sampling.random(40, 0.7, 42) // tokens, temperature, seed
                    .withTopP(0.9)
                    .withStop(List.of("\n\n"));
            Answer answer = model.generate("The capital of Yemen is", sampling, screen::append);
            model.chat(Conversation.of(new Message.User("And its port?")), sampling, screen::append);
            return answer.text();
        }
    }
    // endregion

    // region train
    static double train(Path folder, Path target, Tensor ids) {
        ModelFolder source = ModelFolder.open(folder);
        try (var model = source.decoder(Loading.forTraining(Device.CPU));
                var optimizer = new AdamW(model.params().trainable(), AdamW.Config.decoder())) {
            double last = 0;
            for (int i = 0; i < 10; i++) {
                try (var _ = Scope.open("step")) {
                    Tensor loss = model.loss(TokenBatch.of(ids), ids); // ids: [batch, time]
                    loss.backward();
                    optimizer.step(1e-3, 1);
                    last = loss.item();
                }
            }
            FolderWriter.write(target, model, source.parts(), DType.BFLOAT16);
            return last;
        }
    }
    // endregion

    // region fresh
    static Decoder fresh() {
        DecoderConfig config = DecoderConfig.llama(16_000, 512, 1408, 6, 8, 4); // vocab, hidden, ffn, layers, heads
        return Decoder.fresh(config.withTiedHead(true), 42);
    }
    // endregion

    @Test
    void theBlocksOfThePageWork() {
        ByteModel.write(temp.resolve("model"));
        var screen = new StringBuilder();
        String answer = ask(temp.resolve("model"), screen);
        assertThat(answer).isNotEmpty();
        assertThat(screen.toString()).startsWith(answer);
        try (var _ = Scope.open("test");
                var read = LanguageModel.load(temp.resolve("model"))) {
            Tensor ids = TokenBatch.of(read.tokenizer().encodeIds("the cat sat on the mat"))
                    .ids();
            assertThat(train(temp.resolve("model"), temp.resolve("tuned"), ids)).isLessThan(Math.log(258));
        }
        ask(temp.resolve("tuned"), screen);
        try (var model = fresh()) {
            assertThat(model.params().count()).isEqualTo(model.config().parameterCount());
        }
    }

    @Test
    void theBlocksOfThePageAreRegionsOfThisFile() throws IOException {
        Path root = Golden.path("decoders").resolve("../..").normalize();
        String page = Files.readString(root.resolve("docs/decoder.md"));
        List<String> source = Files.readAllLines(
                root.resolve("language/src/test/java/dev/mokha/language/generate/GenerateDocTest.java"));
        var blocks = Pattern.compile("<!-- region (\\w+) -->\\n```java\\n(.*?)\\n```", Pattern.DOTALL)
                .matcher(page)
                .results()
                .toList();
        assertThat(blocks).hasSize(3);
        for (var block : blocks) {
            int from = source.indexOf("    // region " + block.group(1)) + 1;
            int to = from + source.subList(from, source.size()).indexOf("    // endregion");
            assertThat(Arrays.asList(block.group(2).split("\n")))
                    .isEqualTo(String.join("\n", source.subList(from, to))
                            .stripIndent()
                            .lines()
                            .toList());
        }
    }
}
