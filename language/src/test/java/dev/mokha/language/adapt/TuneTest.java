package dev.mokha.language.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.Toys;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.Gradients;
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
import java.util.Objects;
import java.util.Random;
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

    @Test
    void packedConversationsAreReadAsIfEachStoodAlone() {
        var random = new Random(11);
        try (Decoder model = Decoder.fresh(Toys.config(), 1);
                var _ = Scope.open("test");
                var _ = Gradients.off()) {
            for (int round = 0; round < 5; round++) {
                List<Conversation> conversations = drawn(random, 7);
                var packed = packed(160, 3).batches(ENCODER, PAD, conversations).next();
                assertThat(packed.tokens().ids().size(0)).isLessThan(7);
                double sum = 0;
                int counted = 0;
                for (String text : documents(packed)) {
                    Conversation own = conversations.stream()
                            .filter(one -> TOKENIZER
                                    .decode(ENCODER.encode(one).ids(), false)
                                    .startsWith(text))
                            .findFirst()
                            .orElseThrow();
                    var alone =
                            recipe(160, 1).batches(ENCODER, PAD, List.of(own)).next();
                    sum += model.loss(alone.tokens(), alone.labels()).item() * alone.counted();
                    counted += alone.counted();
                }
                assertThat(packed.counted()).isEqualTo(counted);
                assertThat(model.loss(packed.tokens(), packed.labels()).item()).isCloseTo(sum / counted, within(1e-5));
            }
        }
    }

    @Test
    void packingKeepsEveryConversationOnceAndNoLabelOfAnother() {
        var random = new Random(12);
        try (var _ = Scope.open("test")) {
            for (int round = 0; round < 20; round++) {
                List<Conversation> conversations = drawn(random, 1 + random.nextInt(12));
                // A batch as large as the rows there can be is all of them.
                var all = new Tune(
                                120,
                                conversations.size(),
                                1,
                                new Schedule.Constant(1e-2),
                                Fit.Precision.FLOAT32,
                                new Fit.Every(0, 0, 0),
                                4,
                                true,
                                0)
                        .batches(ENCODER, PAD, conversations)
                        .next();
                List<String> expected = new ArrayList<>();
                int counted = 0;
                for (Conversation one : conversations) {
                    int[] ids = ENCODER.encode(one).ids();
                    int[] cut = Arrays.copyOf(ids, Math.min(ids.length, 120));
                    if (labelled(120, List.of(one)).getFirst().isEmpty()) {
                        continue;
                    }
                    expected.add(TOKENIZER.decode(cut, false));
                    for (int t = 1; t < cut.length; t++) {
                        counted += ENCODER.encode(one).loss()[t] ? 1 : 0;
                    }
                }
                assertThat(documents(all)).containsExactlyInAnyOrderElementsOf(expected);
                assertThat(all.counted()).isEqualTo(counted);
                long[] ids = all.tokens().ids().toLongs();
                long[] labels = all.labels().toLongs();
                long[] positions =
                        Objects.requireNonNull(all.tokens().positions()).toLongs();
                for (int i = 0; i < ids.length; i++) {
                    assertThat(labels[i]).isIn(-100L, ids[i]);
                    assertThat(positions[i] == 0 && labels[i] != -100).isFalse();
                }
            }
        }
    }

    @Test
    void noiseIsDrawnFromTheSeed() {
        var conversations = List.of(chat("a", "blue"), chat("b", "green"));
        List<Double> losses = new ArrayList<>();
        for (double noise : new double[] {0, 5, 5, 50}) {
            try (Decoder model = Decoder.fresh(Toys.config(), 1)) {
                var tune = new Tune(
                        100,
                        2,
                        3,
                        new Schedule.Constant(1e-2),
                        Fit.Precision.FLOAT32,
                        new Fit.Every(0, 0, 0),
                        4,
                        false,
                        noise);
                losses.add(tune.run(
                                model,
                                ENCODER,
                                PAD,
                                conversations,
                                folder.resolve("noise" + losses.size()),
                                Progress.none(),
                                new StopSignal())
                        .loss());
            }
        }
        assertThat(losses.get(1)).isEqualTo(losses.get(2)).isNotEqualTo(losses.get(0));
        assertThat(losses.get(3)).isNotEqualTo(losses.get(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Tune(
                        8,
                        1,
                        1,
                        new Schedule.Constant(1),
                        Fit.Precision.FLOAT32,
                        new Fit.Every(0, 0, 0),
                        0,
                        false,
                        -1));
    }

    private static Tune packed(int context, int batch) {
        return new Tune(
                context,
                batch,
                1,
                new Schedule.Constant(1e-2),
                Fit.Precision.FLOAT32,
                new Fit.Every(0, 0, 0),
                4,
                true,
                0);
    }

    private static List<Conversation> drawn(Random random, int count) {
        List<Conversation> conversations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String question = "q" + i + "x".repeat(random.nextInt(40));
            conversations.add(chat(question, "a" + i + "y".repeat(random.nextInt(60))));
        }
        return conversations;
    }

    /// The documents of a batch's rows, as text.
    private static List<String> documents(Tune.ChatBatch batch) {
        long[] ids = batch.tokens().ids().toLongs();
        long[] documents = Objects.requireNonNull(batch.tokens().documents()).toLongs();
        List<String> texts = new ArrayList<>();
        int time = (int) batch.tokens().ids().size(1);
        for (int from = 0; from < ids.length; ) {
            int to = from + 1;
            while (to < ids.length && to % time != 0 && documents[to] == documents[from]) {
                to++;
            }
            if (documents[from] >= 0) {
                int[] own =
                        Arrays.stream(ids, from, to).mapToInt(id -> (int) id).toArray();
                texts.add(TOKENIZER.decode(own, false));
            }
            from = to;
        }
        return texts;
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
