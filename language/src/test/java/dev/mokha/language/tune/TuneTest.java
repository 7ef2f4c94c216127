package dev.mokha.language.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.Toys;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.recipe.Split;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.Loading;
import dev.mokha.nn.PeftFolder;
import dev.mokha.nn.fit.Batches;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;
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

    @Property(tries = 100)
    void ofDrawnConversationsNoTokenOfAnotherTurnCounts(
            @ForAll @Size(min = 1, max = 4) List<@AlphaChars @StringLength(min = 1, max = 9) String> turns,
            @ForAll boolean system,
            @ForAll boolean arabic) {
        List<Message> messages = new ArrayList<>();
        if (system) {
            messages.add(new Message.System("rules of " + turns.size()));
        }
        var answers = new StringBuilder();
        for (String turn : turns) {
            String answer = (arabic ? "جواب " : "answer ") + turn;
            messages.add(new Message.User(turn));
            messages.add(new Message.Assistant(answer));
            answers.append(answer).append("<|im_end|>\n");
        }
        assertThat(labelled(400, List.of(Conversation.of(messages)))).containsExactly(answers.toString());
    }

    @Test
    void rowsAreFilledUpOnTheRightAndNoFillingIsALabel() {
        var conversations = List.of(chat("a", "b"), chat("a long question", "and an even longer answer"));
        try (var _ = Scope.open("test")) {
            var batch = batches(recipe(200, 1), conversations).next();
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
        Tune tune = recipe(100, 1);
        assertThatThrownBy(() -> tune.encode(ENCODER, new Split<>(List.of(tooLong), List.of())))
                .hasMessageContaining("none of 1")
                .hasMessageContaining("100 tokens");
        assertThatThrownBy(() -> tune.encode(ENCODER, new Split<>(List.of(chat("a", "b")), List.of(tooLong))))
                .hasMessageContaining("none of 1 held-out conversations");
        var encoded = tune.encode(
                ENCODER, new Split<>(List.of(tooLong, chat("a", "b"), chat("a", "b".repeat(200))), List.of()));
        assertThat(encoded.passedOver()).isEqualTo(1);
        assertThat(encoded.cut()).isEqualTo(1);
    }

    @Test
    void fortyStepsTeachAnAnswerByHeart() {
        var conversations = List.of(chat("a", "blue"), chat("b", "green"));
        try (Decoder model = Decoder.fresh(Toys.config(), 1)) {
            var result = run(recipe(100, 40), model, conversations, folder).fit();
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
                var packed = batches(packed(160, 3), conversations).next();
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
                    var alone = batches(recipe(160, 1), List.of(own)).next();
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
                var all = batches(packed(120, conversations.size()), conversations)
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
                var tune = new Tune(steps(100, 2, 3), false, noise, null);
                Path to = folder.resolve("noise" + losses.size());
                losses.add(run(tune, model, conversations, to).fit().loss());
            }
        }
        assertThat(losses.get(1)).isEqualTo(losses.get(2)).isNotEqualTo(losses.get(0));
        assertThat(losses.get(3)).isNotEqualTo(losses.get(1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Tune(steps(8, 1, 1), false, -1, null));
    }

    @Test
    void aStoppedRunGoesOnToTheSameWeightsAndTheBaseOfAdaptersStaysAsItWas() {
        var lora = LoRA.on(Decoder.PROJECTIONS, 3, 8, 0.2).withDora();
        var conversations = List.of(chat("a", "blue"), chat("b", "green"), chat("c", "red"));
        for (@Nullable LoRA adapters : Arrays.asList(lora, null)) {
            String name = adapters == null ? "full" : "adapters";
            var tune = new Tune(steps(100, 2, 6), false, 5, adapters);
            ModelFolder base = ModelFolder.open(Toys.base(folder.resolve("base-" + name), Toys.config()));
            try (Decoder straight = tune.open(base);
                    Decoder stopped = tune.open(base);
                    Decoder resumed = tune.open(base);
                    Decoder untouched = base.decoder(Loading.forUse(Device.CPU))) {
                run(tune, straight, conversations, folder.resolve(name));
                var stop = new StopSignal();
                Path again = folder.resolve(name + "-again");
                var encoded = tune.encode(ENCODER, new Split<>(conversations, List.of()));
                var half = tune.run(stopped, PAD, encoded, again, Toys.stoppingAfter(3, stop), stop);
                assertThat(half.fit().outcome()).isEqualTo(Outcome.STOPPED);
                assertThat(Toys.bits(stopped)).isNotEqualTo(Toys.bits(straight));
                run(tune, resumed, conversations, again);
                assertThat(Toys.bits(resumed)).isEqualTo(Toys.bits(straight));
                String weight = "model.layers.0.self_attn.q_proj.weight";
                assertThat(Toys.bits(Toys.weight(straight, weight)).equals(Toys.bits(Toys.weight(untouched, weight))))
                        .isEqualTo(adapters != null);
            }
        }
    }

    @Test
    void heldOutFiguresAreThoseOfTheLogitsBeforeEachCountedToken() {
        var conversations = List.of(chat("a", "blue"), chat("bb", "green and so on"), chat("c", "red"));
        try (Decoder model = Decoder.fresh(Toys.config(), 1);
                var _ = Scope.open("test")) {
            Tune tune = recipe(60, 1);
            var encoded = tune.encode(ENCODER, new Split<>(conversations, conversations));
            var before = tune.run(model, PAD, encoded, folder, Progress.none(), new StopSignal())
                    .before();
            double loss = 0;
            int right = 0;
            int counted = 0;
            try (Decoder same = Decoder.fresh(Toys.config(), 1);
                    var _ = Gradients.off()) {
                for (Conversation conversation : conversations) {
                    int[] ids = ENCODER.encode(conversation).ids();
                    boolean[] counts = ENCODER.encode(conversation).loss();
                    var logProbs = same.forward(TokenBatch.of(ids)).select(0, 0).logSoftmax(-1);
                    long[] likeliest = logProbs.argmax(1).toLongs();
                    for (int t = 1; t < Math.min(ids.length, 60); t++) {
                        if (counts[t]) {
                            loss -= logProbs.select(0, t - 1).select(0, ids[t]).item();
                            right += likeliest[t - 1] == ids[t] ? 1 : 0;
                            counted++;
                        }
                    }
                }
            }
            assertThat(before.get("loss")).isCloseTo(loss / counted, within(1e-4));
            assertThat(before.get("token_accuracy")).isCloseTo((double) right / counted, within(1e-9));
        }
    }

    @Test
    void theRowsShownAreThoseOfTheFirstBatchesWithWhatCountsMarked() {
        var conversations = List.of(chat("a", "blue"), chat("b", "green"), chat("c", "red"));
        Tune tune = packed(105, 2);
        var encoded = tune.encode(ENCODER, new Split<>(conversations, List.of()));
        assertThat(tune.rowsOf(encoded)).isEqualTo(2);
        List<ShownRow> shown = tune.show(encoded, PAD, TOKENIZER, 2);
        String all = shown.stream().map(ShownRow::text).collect(Collectors.joining());
        assertThat(all)
                .contains(
                        "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n⟦blue<|im_end|>\n⟧",
                        "⟦green<|im_end|>\n⟧",
                        "⟦red<|im_end|>\n⟧")
                .containsOnlyOnce("--- next conversation");
        assertThat(shown.stream().mapToInt(ShownRow::tokens).sum()).isEqualTo(sizes(conversations));
        assertThat(shown.stream().mapToInt(ShownRow::counted).sum())
                .isEqualTo(conversations.stream()
                        .mapToInt(one -> ENCODER.encode(one).lossTokens())
                        .sum());
        // alone in its row, a conversation is not parted from another, and what fills up is not shown
        assertThat(recipe(105, 1).show(encoded, PAD, TOKENIZER, 3))
                .noneMatch(row -> row.text().contains("---") || row.text().contains("endoftext"));
    }

    @Test
    void aConversationThatTheTemplateRefusesIsNamed() {
        var encoder = new ChatEncoder(ChatTemplate.parse("{{ raise_exception('no system turns') }}"), TOKENIZER);
        assertThatThrownBy(() -> recipe(100, 1).encode(encoder, new Split<>(List.of(chat("a", "b")), List.of())))
                .hasMessageContaining("conversation 1")
                .hasMessageContaining("no system turns");
    }

    // region tune
    /// DoRA on all projections of a folder's model: 40 steps, measured before and after.
    private static Recipe.Result tune(ModelFolder folder, Path file, Path heldOut, Path out) {
        var rate = new Schedule.WarmupCosine(1e-2, 0, 4, 40);
        var every = new Fit.Every(10, 20, 20);
        var recipe = new Recipe(96, 4, 1, 40, rate, Fit.Precision.FLOAT32, every, 7, null);
        var tune =
                new Tune(recipe, true, 0, LoRA.on(Decoder.PROJECTIONS, 8, 16, 0).withDora());
        var encoder = new ChatEncoder(ChatTemplate.builtIn(BuiltInTemplate.CHATML), folder.tokenizer());
        var chats = new Split<>(
                Conversations.read(file).examples(), Conversations.read(heldOut).examples());
        Tune.Encoded encoded = tune.encode(encoder, chats);
        try (Decoder model = tune.open(folder)) {
            var result = tune.run(model, 0, encoded, out, Progress.none(), new StopSignal());
            FolderWriter.write(out.resolve("model"), model, folder.parts(), DType.FLOAT32); // merged
            FolderWriter.writeAdapterIfAny(
                    out.resolve("adapter"), model, folder.path().toString());
            return result;
        }
    }
    // endregion

    @Test
    void theMergedFolderIsTheModelWithItsAdapters() throws IOException {
        ModelFolder base = ModelFolder.open(Toys.base(folder.resolve("base"), Toys.config()));
        Path file = Files.writeString(folder.resolve("chats.jsonl"), """
                {"prompt": "a", "completion": "blue"}
                {"prompt": "b", "completion": "green"}
                """);
        var result = tune(base, file, file, folder.resolve("run"));
        assertThat(result.after().get("loss")).isLessThan(result.before().get("loss"));
        var adapter = PeftFolder.open(folder.resolve("run/adapter"));
        ModelFolder merged = ModelFolder.open(folder.resolve("run/model"));
        try (Decoder plain = merged.decoder(Loading.forUse(Device.CPU));
                Decoder adapted = base.decoder(Loading.forUse(Device.CPU), adapter.lora());
                var _ = Scope.open("test");
                var _ = Gradients.off()) {
            adapter.into(adapted.params());
            var batch = TokenBatch.of(TOKENIZER.encodeIds("a question", false));
            assertThat(adapted.forward(batch)
                            .sub(plain.forward(batch))
                            .abs()
                            .max()
                            .item())
                    .isLessThan(1e-4);
        }
    }

    private static Recipe steps(int context, int batch, long steps) {
        return new Recipe(
                context,
                batch,
                1,
                steps,
                new Schedule.Constant(1e-2),
                Fit.Precision.FLOAT32,
                new Fit.Every(0, 0, 0),
                4,
                null);
    }

    private static Tune packed(int context, int batch) {
        return new Tune(steps(context, batch, 1), true, 0, null);
    }

    private static Tune recipe(int context, long steps) {
        return Tune.of(steps(context, 2, steps));
    }

    private static Batches<ChatBatch> batches(Tune tune, List<Conversation> conversations) {
        return tune.batches(tune.encode(ENCODER, new Split<>(conversations, List.of())), PAD);
    }

    private static Recipe.Result run(Tune tune, Decoder model, List<Conversation> conversations, Path to) {
        var encoded = tune.encode(ENCODER, new Split<>(conversations, List.of()));
        return tune.run(model, PAD, encoded, to, Progress.none(), new StopSignal());
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
    private static List<String> documents(ChatBatch batch) {
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
            var batch = batches(recipe(context, 1), conversations).next();
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
}
