package dev.mokha.language.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.Toys;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.recipe.Split;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.Params;
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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlignTest {
    private static final Tokenizer TOKENIZER = Toys.bytes();
    private static final ChatEncoder ENCODER = new ChatEncoder(ChatTemplate.builtIn(BuiltInTemplate.CHATML), TOKENIZER);

    @TempDir
    Path folder;

    private static PreferencePair pair(String question, String better, String worse) {
        return new PreferencePair(
                Conversation.of(
                        new Message.User("hi"),
                        new Message.Assistant("yes?"),
                        new Message.User(question),
                        new Message.Assistant(better)),
                Conversation.of(
                        new Message.User("hi"),
                        new Message.Assistant("yes?"),
                        new Message.User(question),
                        new Message.Assistant(worse)));
    }

    private static List<PreferencePair> polite() {
        return List.of(
                pair("tea", "please", "now"),
                pair("milk", "please do", "now go"),
                pair("bread", "please sir", "at once"),
                pair("salt", "please", "quick"));
    }

    private static Align recipe(PreferenceLoss loss, long steps) {
        return new Align(loss, recipe(steps, 2, Fit.Precision.FLOAT32));
    }

    private static Recipe recipe(long steps, int batch, Fit.Precision precision) {
        return new Recipe(
                200, batch, 1, steps, new Schedule.Constant(2e-3), precision, new Fit.Every(0, 0, 5), 4, null);
    }

    @Property(tries = 100)
    void onlyTheLastAnswerIsScored(
            @ForAll @AlphaChars @StringLength(min = 1, max = 12) String question,
            @ForAll @AlphaChars @StringLength(min = 1, max = 12) String better) {
        EncodedPair pair = Objects.requireNonNull(EncodedPair.of(pair(question, better, better + "!"), ENCODER, 500));
        assertThat(scored(pair.chosen())).isEqualTo(better + "<|im_end|>\n");
        assertThat(scored(pair.rejected())).isEqualTo(better + "!<|im_end|>\n");
    }

    private static String scored(AnswerRow row) {
        return TOKENIZER.decode(
                Arrays.stream(row.labels())
                        .filter(id -> id != AnswerRow.IGNORED)
                        .toArray(),
                false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dpo", "ipo", "hinge", "simpo", "orpo"})
    void everyLossLearnsWhatIsPreferred(String name) {
        PreferenceLoss loss = switch (name) {
            case "dpo" -> PreferenceLoss.Dpo.of(0.1);
            case "ipo" -> new PreferenceLoss.Ipo(0.3);
            case "hinge" -> new PreferenceLoss.Hinge(0.1);
            case "simpo" -> new PreferenceLoss.SimPo(2, 0.5);
            default -> new PreferenceLoss.Orpo(0.5);
        };
        try (Decoder model = Decoder.fresh(Toys.config(), 1)) {
            var pairs = new Split<>(polite(), polite());
            Align recipe = recipe(loss, 40);
            var result = recipe.run(model, recipe.encode(ENCODER, pairs), folder, Progress.none(), new StopSignal());
            assertThat(result.fit().outcome()).isEqualTo(Outcome.FINISHED);
            assertThat(result.after().get("reward_accuracy")).isEqualTo(1.0);
            assertThat(result.after().get("loss")).isLessThan(result.before().get("loss"));
            if (loss.hasReference()) {
                // the model is its own reference
                assertThat(result.before())
                        .containsEntry("reward_margin", 0.0)
                        .containsEntry("reward_accuracy", 0.5)
                        .containsEntry("chosen_log_ratio", 0.0);
                assertThat(result.after().get("chosen_log_ratio"))
                        .isCloseTo(result.after().getOrDefault("chosen_reward", 0.0) / loss.beta(), within(1e-9));
            } else {
                assertThat(result.after()).doesNotContainKey("chosen_log_ratio");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Fit.Precision.class)
    void aLiveReferenceGivesTheLossesOfTheCachedOne(Fit.Precision precision) {
        var align = new Align(PreferenceLoss.Dpo.of(0.1), recipe(6, 2, precision));
        Split<EncodedPair> pairs = align.encode(ENCODER, new Split<>(polite(), polite()));
        try (Decoder cached = Decoder.fresh(Toys.config(), 1);
                Decoder trained = Decoder.fresh(Toys.config(), 1);
                Decoder frozen = Decoder.fresh(Toys.config(), 1)) {
            var one = align.run(cached, pairs, folder.resolve("a"), Progress.none(), new StopSignal());
            var other = align.run(
                    trained, new Reference.Live(frozen), pairs, folder.resolve("b"), Progress.none(), new StopSignal());
            // rows are read in other company, and so rounded otherwise
            double rounding = precision == Fit.Precision.FLOAT32 ? 1e-5 : 2e-3;
            assertThat(other.fit().loss()).isCloseTo(one.fit().loss(), within(rounding));
            one.after()
                    .forEach((name, value) -> assertThat(other.after().get(name))
                            .as(name)
                            .isCloseTo(value, within(rounding * Math.max(1, Math.abs(value)))));
            assertThat(one.after().get("reward_margin")).isPositive();
            try (Decoder untouched = Decoder.fresh(Toys.config(), 1)) {
                assertThat(Toys.bits(frozen)).isEqualTo(Toys.bits(untouched));
            }
        }
    }

    @Test
    void anAdaptedModelIsItsOwnLiveReference() {
        var lora = LoRA.on(Decoder.PROJECTIONS, 4, 16, 0.1);
        var align = new Align(PreferenceLoss.Dpo.of(0.1), recipe(6, 2, Fit.Precision.FLOAT32));
        Split<EncodedPair> pairs = align.encode(ENCODER, new Split<>(polite(), polite()));
        try (var cached = new Decoder(Toys.config(), Params.fresh(1).adapt(lora));
                var live = new Decoder(Toys.config(), Params.fresh(1).adapt(lora))) {
            var one = align.run(cached, pairs, folder.resolve("a"), Progress.none(), new StopSignal());
            var other = align.run(
                    live, new Reference.Live(live), pairs, folder.resolve("b"), Progress.none(), new StopSignal());
            assertThat(other.fit().loss())
                    .isCloseTo(one.fit().loss(), within(1e-5))
                    .isLessThan(Math.log(2));
            assertThat(one.after().get("reward_margin")).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(Fit.Precision.class)
    void theReferenceIsReadInThePrecisionOfTheTraining(Fit.Precision precision) {
        var align = new Align(PreferenceLoss.Dpo.of(1), recipe(1, 4, precision));
        Split<EncodedPair> pairs = align.encode(ENCODER, new Split<>(polite(), List.<PreferencePair>of()));
        try (Decoder model = Decoder.fresh(Toys.config(), 1)) {
            // before the first step the model is its own reference, and each loss log 2
            var result = align.run(model, pairs, folder, Progress.none(), new StopSignal());
            assertThat(result.fit().loss()).isCloseTo(Math.log(2), within(1e-5));
        }
    }

    @Test
    void aStoppedRunGoesOnToTheSameWeights() {
        Align recipe = recipe(PreferenceLoss.Dpo.of(0.1), 12);
        Split<EncodedPair> pairs = recipe.encode(ENCODER, new Split<>(polite(), List.<PreferencePair>of()));
        try (Decoder straight = Decoder.fresh(Toys.config(), 1);
                Decoder stopped = Decoder.fresh(Toys.config(), 1);
                Decoder resumed = Decoder.fresh(Toys.config(), 1)) {
            recipe.run(straight, pairs, folder.resolve("a"), Progress.none(), new StopSignal());
            var stop = new StopSignal();
            var half = recipe.run(stopped, pairs, folder.resolve("b"), Toys.stoppingAfter(6, stop), stop);
            assertThat(half.fit().outcome()).isEqualTo(Outcome.STOPPED);
            recipe.run(resumed, pairs, folder.resolve("b"), Progress.none(), new StopSignal());
            try (var _ = Scope.open("test")) {
                straight.params()
                        .named()
                        .forEach((name, tensor) -> assertThat(
                                        resumed.params().get(name).toDoubles())
                                .as(name)
                                .isEqualTo(tensor.toDoubles()));
            }
        }
    }

    @Test
    void pairsThatDoNotFitWholeArePassedOverAndAllOfThemAreAnError() {
        var pairs =
                new Split<>(List.of(pair("tea", "x".repeat(300), "y"), polite().getFirst()), List.<PreferencePair>of());
        Align recipe = recipe(PreferenceLoss.Dpo.of(0.1), 1);
        assertThat(recipe.encode(ENCODER, pairs).train()).hasSize(1);
        var none = new Split<>(pairs.train().subList(0, 1), List.<PreferencePair>of());
        assertThatThrownBy(() -> recipe.encode(ENCODER, none))
                .hasMessageContaining("none of 1 examples fits a context of 200");
    }

    @Test
    void aPairIsOneConversationWithTwoAnswers() {
        Conversation asked = Conversation.of(new Message.User("a"), new Message.Assistant("b"));
        assertThatThrownBy(() -> new PreferencePair(asked, asked)).hasMessageContaining("the same");
        assertThatThrownBy(() -> new PreferencePair(
                        asked, Conversation.of(new Message.User("other"), new Message.Assistant("c"))))
                .hasMessageContaining("differ before the last");
        assertThatThrownBy(() -> new PreferencePair(asked, Conversation.of(new Message.User("a"))))
                .hasMessageContaining("2 and 1 messages");
    }
}
