package dev.mokha.language.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Engine;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import dev.mokha.text.tokenizer.AddedToken;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.Alphabet;
import dev.mokha.text.tokenizer.model.Bpe;
import dev.mokha.text.tokenizer.model.BpeOptions;
import dev.mokha.text.tokenizer.model.Vocab;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A random model over bytes: it says nonsense, but always the same, and every byte sequence can come.
final class LanguageModelTest {
    private static final int EOS = 257;
    private static final Sampling RANDOM = Sampling.random(40, 1.5, 3);

    @TempDir
    static Path temp;

    private static LanguageModel model;

    @BeforeAll
    static void load() {
        var pieces = new ArrayList<String>();
        for (int b = 0; b < 256; b++) {
            pieces.add(String.valueOf(Alphabet.of(b)));
        }
        Tokenizer tokenizer = Tokenizer.builder(new Bpe(Vocab.inOrder(pieces), List.of(), BpeOptions.byteLevel()))
                .preTokenizer(new PreTokenizer.ByteLevel(false, true, true))
                .decoder(new dev.mokha.text.tokenizer.Decoder.ByteLevel(true, true, true))
                .addedTokens(List.of(AddedToken.special("<s>"), AddedToken.special("</s>")))
                .build();
        var special = new SpecialIds(256, List.of(EOS), null);
        var config = DecoderConfig.tiny().withVocabSize(258).withSpecial(special);
        FolderParts parts = FolderParts.of(tokenizer, special)
                .withChatTemplate("{% for m in messages %}<s>{{ m['role'] }}: {{ m['content'] }}</s>{% endfor %}"
                        + "{% if add_generation_prompt %}<s>assistant: {% endif %}");
        try (var fresh = Decoder.fresh(config, 5)) {
            FolderWriter.write(temp.resolve("model"), fresh, parts, DType.FLOAT32);
        }
        model = LanguageModel.load(temp.resolve("model"));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void whatIsStreamedIsTheAnswer() {
        var streamed = new StringBuilder();
        Answer answer = model.generate("Hi", RANDOM, streamed::append);
        int[] ids = answer.ids().stream().mapToInt(Integer::intValue).toArray();
        assertThat(streamed.toString())
                .isEqualTo(answer.text())
                .isEqualTo(model.tokenizer().decode(ids, true));
        assertThat(answer.promptTokens()).isEqualTo(2);
    }

    @Test
    void equalSeedsGiveEqualTextWhateverCameBefore() {
        Answer first = model.generate("Hi", RANDOM);
        model.generate("Something else entirely", RANDOM.withSeed(9));
        assertThat(model.generate("Hi", RANDOM)).isEqualTo(first);
        assertThat(model.generate("Hi", RANDOM.withSeed(4)).ids()).isNotEqualTo(first.ids());
    }

    @Test
    void aStopTextEndsTheAnswerAndIsNotPartOfIt() {
        Sampling ascii = Sampling.greedy(40);
        String whole = model.generate("Hi", ascii).text();
        String stop = whole.substring(3, 6);
        Answer cut = model.generate("Hi", ascii.withStop(List.of(stop)));
        assertThat(cut.end()).isEqualTo(Answer.End.STOP_TEXT);
        assertThat(cut.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
        assertThat(cut.ids()).hasSizeLessThan(40);
    }

    @Test
    void endOfTextEndsTheAnswerUnlessItIsTooShort() {
        Sampling hot = Sampling.random(100, 30, 0); // so hot that every token is as likely
        Answer ended = null;
        long seed = 0;
        while (ended == null || ended.end() != Answer.End.END_OF_TEXT) {
            ended = model.generate("a", hot.withSeed(seed++));
        }
        assertThat(ended.ids().getLast()).isEqualTo(EOS);
        Answer longer = model.generate("a", hot.withSeed(seed - 1).withMinNewTokens(100));
        assertThat(longer.ids()).hasSize(100).doesNotContain(EOS);
    }

    @Test
    void aFullContextEndsTheAnswer() {
        Answer answer = model.generate("x".repeat(100), Sampling.greedy(500).withMinNewTokens(500));
        assertThat(answer.end()).isEqualTo(Answer.End.CONTEXT);
        assertThat(answer.promptTokens() + answer.ids().size()).isEqualTo(128);
        assertThatThrownBy(() -> model.generate("x".repeat(128), Sampling.greedy(1)))
                .hasMessageContaining("the prompt has 128 tokens; the model's context is 128");
    }

    @Test
    void aChatGoesOnFromWhatWasRead() {
        var user = new Message.User("Hello");
        Answer first = model.chat(Conversation.of(user), Sampling.greedy(10), _ -> {});
        var turns = Conversation.of(user, new Message.Assistant(first.text()), new Message.User("And?"));
        Answer kept = model.chat(turns, Sampling.greedy(10), _ -> {});
        model.reset();
        Answer anew = model.chat(turns, Sampling.greedy(10), _ -> {});
        assertThat(kept).isEqualTo(anew);
    }

    @Test
    void anInterruptEndsTheAnswer() {
        Answer answer = model.generate(
                "Hi",
                Sampling.greedy(40).withMinNewTokens(40),
                _ -> Thread.currentThread().interrupt());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(answer.end()).isEqualTo(Answer.End.INTERRUPTED);
        assertThat(answer.ids()).hasSizeLessThan(40);
    }

    @Test
    void logProbabilitiesComeWhenAskedFor() {
        Answer answer =
                model.generate("Hi", Sampling.greedy(5).withMinNewTokens(5).withTopLogProbs(3));
        assertThat(answer.choices()).hasSize(5).allSatisfy(choice -> {
            assertThat(choice.top()).hasSize(3);
            assertThat(choice.logProb()).isNegative();
        });
        assertThat(model.generate("Hi", Sampling.greedy(5)).choices()).isEmpty();
    }

    @Test
    void answersLeaveNoNativeMemoryBehind() {
        model.generate("Hi", RANDOM);
        model.reset();
        long before = Engine.liveHandles();
        for (int i = 0; i < 3; i++) {
            model.generate("Hi", RANDOM);
            model.reset();
        }
        model.reset();
        assertThat(Engine.liveHandles()).isEqualTo(before);
    }
}
