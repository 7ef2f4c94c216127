package dev.mokha.language.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.Toys;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.Scope;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuneTest {
    private static final Tokenizer TOKENIZER = Toys.bytes();
    private static final ChatEncoder ENCODER = new ChatEncoder(ChatTemplate.builtIn(BuiltInTemplate.CHATML), TOKENIZER);
    private static final int PAD = 0;

    @TempDir
    Path folder;

    private static Conversation chat(String question, String answer) {
        return Conversation.of(
                new Message.System("Be kind."), new Message.User(question), new Message.Assistant(answer));
    }

    @Test
    void onlyWhatTheAssistantWroteAndTheEndOfItsTurnCountInTheLoss() {
        var conversations = List.of(
                chat("How are you?", "Fine, thank you."),
                Conversation.of(
                        new Message.User("one"),
                        new Message.Assistant("two"),
                        new Message.User("ثلاثة"),
                        new Message.Assistant("أربعة")));
        assertThat(labelled(200, conversations))
                .containsExactlyInAnyOrder("Fine, thank you.<|im_end|>\n", "two<|im_end|>\nأربعة<|im_end|>\n");
    }

    @Test
    void rowsAreFilledUpOnTheRightAndNoFillingIsALabel() {
        var conversations = List.of(chat("a", "b"), chat("a long question", "and an even longer answer"));
        try (var _ = Scope.open("test")) {
            var batch = recipe(200, 1).batches(ENCODER, PAD, conversations).next();
            long[] ids = batch.tokens().ids().toLongs();
            long[] labels = batch.labels().toLongs();
            int time = ids.length / 2;
            int counted = 0;
            int filling = 0;
            for (int i = 0; i < ids.length; i++) {
                filling += ids[i] == PAD ? 1 : 0;
                assertThat(ids[i] == PAD && labels[i] != -100).isFalse();
                assertThat(labels[i]).isIn(-100L, ids[i]);
                counted += labels[i] == -100 ? 0 : 1;
            }
            assertThat(filling).isEqualTo(2 * time - sizes(conversations)).isPositive();
            assertThat(batch.counted()).isEqualTo(counted);
            assertThat(ids[0]).isNotEqualTo(PAD);
            assertThat(ids[time]).isNotEqualTo(PAD);
        }
    }

    @Test
    void aLongConversationIsCutAtItsEnd() {
        Conversation conversation = chat("question", "an answer that does not end where the row does");
        int begin = ENCODER.encode(conversation).size()
                - ENCODER.encode(conversation).lossTokens();
        assertThat(labelled(begin + 9, List.of(conversation))).containsExactly("an answer");
    }

    @Test
    void whereNothingOfTheAssistantsFitsAConversationIsPassedOverAndAllOfThemAreAnError() {
        Conversation tooLong = chat("x".repeat(300), "never reached");
        assertThat(labelled(100, List.of(tooLong, chat("a", "b")))).containsExactly("b<|im_end|>\n");
        try (Decoder model = Decoder.fresh(Toys.config(), 1)) {
            assertThatThrownBy(() -> recipe(100, 1)
                            .run(model, ENCODER, PAD, List.of(tooLong), folder, Progress.none(), new StopSignal()))
                    .hasMessageContaining("none of 1")
                    .hasMessageContaining("100 tokens");
        }
    }

    @Test
    void fortyStepsTeachAnAnswerByHeart() {
        var conversations = List.of(chat("a", "blue"), chat("b", "green"));
        try (Decoder model = Decoder.fresh(Toys.config(), 1)) {
            var result =
                    recipe(100, 40).run(model, ENCODER, PAD, conversations, folder, Progress.none(), new StopSignal());
            assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
            assertThat(result.loss()).isLessThan(0.5);
        }
    }

    private static int sizes(List<Conversation> conversations) {
        return conversations.stream()
                .mapToInt(conversation -> ENCODER.encode(conversation).size())
                .sum();
    }

    /// The labelled tokens of each row of a batch, as text.
    private static List<String> labelled(int context, List<Conversation> conversations) {
        List<String> rows = new ArrayList<>();
        try (var _ = Scope.open("test")) {
            var batch = recipe(context, 1).batches(ENCODER, PAD, conversations).next();
            long[] labels = batch.labels().toLongs();
            int count = (int) batch.labels().size(0);
            int time = labels.length / count;
            assertThat(time).isLessThanOrEqualTo(context);
            for (int row = 0; row < count; row++) {
                int[] ids = Arrays.stream(labels, row * time, (row + 1) * time)
                        .filter(id -> id != -100)
                        .mapToInt(id -> (int) id)
                        .toArray();
                rows.add(TOKENIZER.decode(ids, false));
            }
        }
        return rows;
    }

    private static Tune recipe(int context, long steps) {
        return new Tune(
                context, 2, steps, new Schedule.Constant(1e-2), Fit.Precision.FLOAT32, new Fit.Every(0, 0, 0), 4);
    }
}
