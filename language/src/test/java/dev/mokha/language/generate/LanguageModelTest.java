package dev.mokha.language.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.tensor.Engine;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LanguageModelTest {
    private static final Sampling RANDOM = Sampling.random(40, 1.5, 3);

    @TempDir
    static Path temp;

    private static LanguageModel model;

    @BeforeAll
    static void load() {
        ByteModel.write(temp.resolve("model"));
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
    void aStopTextThatIsToBeKeptIsPartOfTheAnswer() {
        String whole = model.generate("Hi", Sampling.greedy(40)).text();
        String stop = whole.substring(3, 6);
        var ending = Ending.after(40).withTexts(List.of(stop), true);
        Answer kept = model.generate("Hi", Sampling.greedy(40).withEnding(ending));
        assertThat(kept.end()).isEqualTo(Answer.End.STOP_TEXT);
        assertThat(kept.text()).isEqualTo(whole.substring(0, whole.indexOf(stop) + stop.length()));
    }

    @Test
    void anIdEndsTheAnswerAndTheEndOfTextIsLeftOutWhenAsked() {
        List<Integer> ids = model.generate("Hi", Sampling.greedy(10)).ids();
        var ending = Ending.after(10).withIds(Set.of(ids.get(4)));
        Answer cut = model.generate("Hi", Sampling.greedy(10).withEnding(ending));
        assertThat(cut.end()).isEqualTo(Answer.End.STOP_TOKEN);
        assertThat(cut.ids()).isEqualTo(ids.subList(0, ids.indexOf(ids.get(4)) + 1));
        Sampling endless =
                Sampling.random(100, 30, 0).withEnding(Ending.after(100).withoutEndOfText());
        for (long seed = 0; seed < 5; seed++) {
            assertThat(model.generate("a", endless.withSeed(seed)).ids())
                    .hasSize(100)
                    .doesNotContain(ByteModel.EOS);
        }
    }

    @Test
    void breakersAreTokensThatHaveTheTextAndThoseThatBeginIt() {
        int[] ids = model.tokenizer().encodeIds("\nab", false);
        assertThat(DryBreakers.of(model.tokenizer(), List.of("\n", "ab")))
                .containsExactlyInAnyOrder(List.of(ids[0]), List.of(ids[1], ids[2]));
    }

    @Test
    void endOfTextEndsTheAnswerUnlessItIsTooShort() {
        Sampling hot = Sampling.random(100, 30, 0); // so hot that every token is as likely
        Answer ended = null;
        long seed = 0;
        while (ended == null || ended.end() != Answer.End.END_OF_TEXT) {
            ended = model.generate("a", hot.withSeed(seed++));
        }
        assertThat(ended.ids().getLast()).isEqualTo(ByteModel.EOS);
        Answer longer = model.generate("a", hot.withSeed(seed - 1).withMinNewTokens(100));
        assertThat(longer.ids()).hasSize(100).doesNotContain(ByteModel.EOS);
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
            model.generate(List.of(new int[] {1, 2, 3}, new int[] {4}), RANDOM);
            model.reset();
        }
        model.reset();
        assertThat(Engine.liveHandles()).isLessThanOrEqualTo(before); // others' garbage may go meanwhile
    }
}
