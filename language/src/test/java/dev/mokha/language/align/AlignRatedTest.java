package dev.mokha.language.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.Toys;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.recipe.Split;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AlignRatedTest {
    private static final ChatEncoder ENCODER =
            new ChatEncoder(ChatTemplate.builtIn(BuiltInTemplate.CHATML), Toys.bytes());

    @TempDir
    Path folder;

    private static RatedAnswer rated(String question, String answer, boolean desirable) {
        return new RatedAnswer(Conversation.of(new Message.User(question), new Message.Assistant(answer)), desirable);
    }

    private static List<RatedAnswer> polite() {
        return List.of(
                rated("tea", "please", true),
                rated("milk", "now go", false),
                rated("bread", "please sir", true),
                rated("salt", "quick", false),
                rated("oil", "at once", false));
    }

    private static AlignRated recipe(long steps, Fit.Precision precision) {
        return new AlignRated(
                Kto.of(0.1),
                new Recipe(200, 2, 1, steps, new Schedule.Constant(2e-3), precision, new Fit.Every(0, 0, 5), 4, null));
    }

    private Recipe.Result run(AlignRated recipe, Decoder model, Reference reference, String name) {
        var answers = recipe.encode(ENCODER, new Split<>(polite(), polite()));
        return recipe.run(model, reference, answers, folder.resolve(name), Progress.none(), new StopSignal());
    }

    @Test
    void goodAnswersAreLearnedAndBadOnesUnlearned() {
        try (Decoder model = Decoder.fresh(Toys.config(), 1)) {
            var result = run(recipe(40, Fit.Precision.FLOAT32), model, new Reference.Cached(), "a");
            assertThat(result.fit().outcome()).isEqualTo(Outcome.FINISHED);
            assertThat(result.before())
                    .containsEntry("reward_margin", 0.0)
                    .containsEntry("reward_accuracy", 0.5)
                    .containsEntry("kl", 0.0)
                    .containsEntry("loss", 0.5);
            assertThat(result.after()).containsEntry("reward_accuracy", 1.0);
            assertThat(result.after().get("loss")).isLessThan(0.5);
            assertThat(result.after().get("desirable_reward")).isPositive();
            assertThat(result.after().get("undesirable_reward")).isNegative();
        }
    }

    @ParameterizedTest
    @EnumSource(Fit.Precision.class)
    void aLiveReferenceGivesTheLossesOfTheCachedOne(Fit.Precision precision) {
        try (Decoder cached = Decoder.fresh(Toys.config(), 1);
                Decoder trained = Decoder.fresh(Toys.config(), 1);
                Decoder frozen = Decoder.fresh(Toys.config(), 1)) {
            var one = run(recipe(8, precision), cached, new Reference.Cached(), "a");
            var other = run(recipe(8, precision), trained, new Reference.Live(frozen), "b");
            double rounding = precision == Fit.Precision.FLOAT32 ? 1e-5 : 2e-3;
            assertThat(other.fit().loss()).isCloseTo(one.fit().loss(), within(rounding));
            one.after()
                    .forEach((name, value) -> assertThat(other.after().get(name))
                            .as(name)
                            .isCloseTo(value, within(rounding * Math.max(1, Math.abs(value)))));
            assertThat(one.after().get("reward_margin")).isPositive();
        }
    }

    @Test
    void aStoppedRunGoesOnToTheSameWeights() {
        AlignRated recipe = recipe(9, Fit.Precision.FLOAT32);
        var answers = recipe.encode(ENCODER, new Split<>(polite(), List.<RatedAnswer>of()));
        var reference = new Reference.Cached();
        try (Decoder straight = Decoder.fresh(Toys.config(), 1);
                Decoder stopped = Decoder.fresh(Toys.config(), 1);
                Decoder resumed = Decoder.fresh(Toys.config(), 1)) {
            recipe.run(straight, reference, answers, folder.resolve("a"), Progress.none(), new StopSignal());
            var stop = new StopSignal();
            recipe.run(stopped, reference, answers, folder.resolve("b"), Toys.stoppingAfter(4, stop), stop);
            recipe.run(resumed, reference, answers, folder.resolve("b"), Progress.none(), new StopSignal());
            assertThat(Toys.bits(resumed)).isEqualTo(Toys.bits(straight)).isNotEqualTo(Toys.bits(stopped));
        }
    }

    @Test
    void answersThatDoNotFitWholeArePassedOver() {
        AlignRated recipe = recipe(1, Fit.Precision.FLOAT32);
        var tooLong = rated("tea", "x".repeat(300), true);
        List<RatedAnswer> some = List.of(tooLong, polite().get(0), polite().get(1));
        assertThat(recipe.encode(ENCODER, new Split<>(some, some)).size()).isEqualTo(4);
        assertThatThrownBy(() -> recipe.encode(ENCODER, new Split<>(some.subList(0, 2), List.of())))
                .hasMessageContaining("1 answers in batches of 2");
        assertThatThrownBy(() -> recipe.encode(ENCODER, new Split<>(some, some.subList(0, 2))))
                .hasMessageContaining("1 answers in batches of 2");
        assertThatThrownBy(() -> recipe.encode(ENCODER, new Split<>(List.of(tooLong), List.of())))
                .hasMessageContaining("none of 1 examples fits a context of 200");
    }

    @Test
    void aRatedAnswerIsTheLastOfAConversation() {
        assertThatThrownBy(() -> new RatedAnswer(Conversation.of(new Message.User("a")), true))
                .hasMessageContaining("does not end with one");
        assertThatThrownBy(() -> new RatedAnswer(Conversation.of(new Message.Assistant("a")), true))
                .hasMessageContaining("1 messages");
    }
}
