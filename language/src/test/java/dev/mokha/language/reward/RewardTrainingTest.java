package dev.mokha.language.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.Toys;
import dev.mokha.language.align.PreferencePair;
import dev.mokha.language.decoder.RewardModel;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.recipe.Split;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.Scope;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardTrainingTest {
    private static final ChatEncoder ENCODER =
            new ChatEncoder(ChatTemplate.builtIn(BuiltInTemplate.CHATML), Toys.bytes());

    @TempDir
    Path folder;

    private static Conversation answered(String question, String answer) {
        return Conversation.of(new Message.User(question), new Message.Assistant(answer));
    }

    private static List<PreferencePair> polite() {
        return List.of(
                new PreferencePair(answered("tea", "please"), answered("tea", "now")),
                new PreferencePair(answered("milk", "please do"), answered("milk", "now go")),
                new PreferencePair(answered("bread", "please sir"), answered("bread", "at once"), 0.5),
                new PreferencePair(answered("salt", "please"), answered("salt", "quick")));
    }

    private static RewardTraining training(double centering, long steps) {
        return new RewardTraining(
                new BradleyTerry(centering),
                new Recipe(
                        200,
                        2,
                        1,
                        steps,
                        new Schedule.Constant(2e-3),
                        Fit.Precision.FLOAT32,
                        new Fit.Every(0, 0, 5),
                        4,
                        null));
    }

    private static RewardModel fresh() {
        return new RewardModel(Toys.config(), Params.fresh(1));
    }

    @Test
    void whatIsPreferredScoresHigher() {
        RewardTraining training = training(0.01, 60);
        var pairs = training.encode(ENCODER, new Split<>(polite(), polite()));
        try (RewardModel model = fresh()) {
            var result = training.run(model, pairs, folder, Progress.none(), new StopSignal());
            assertThat(result.after()).containsEntry("accuracy", 1.0);
            assertThat(result.after().get("loss")).isLessThan(result.before().get("loss"));
            assertThat(result.before().get("loss")).isCloseTo(Math.log(2), within(0.2));
            var scorer = new RewardScorer(model, ENCODER, 3);
            double[] scores = scorer.scores(List.of(
                    answered("tea", "please"),
                    answered("tea", "now"),
                    answered("milk", "please do"),
                    answered("milk", "now go")));
            assertThat(scores[0] - scores[1]).isPositive();
            assertThat(scores[2] - scores[3]).isPositive();
            // one by one
            assertThat(new RewardScorer(model, ENCODER, 1).scores(List.of(answered("tea", "now"))))
                    .containsExactly(new double[] {scores[1]}, within(1e-5));
        }
    }

    @Test
    void aStoppedRunGoesOnToTheSameWeights() {
        RewardTraining training = training(0, 9);
        var pairs = training.encode(ENCODER, new Split<>(polite(), List.<PreferencePair>of()));
        try (RewardModel straight = fresh();
                RewardModel stopped = fresh();
                RewardModel resumed = fresh();
                var _ = Scope.open("test")) {
            training.run(straight, pairs, folder.resolve("a"), Progress.none(), new StopSignal());
            var stop = new StopSignal();
            training.run(stopped, pairs, folder.resolve("b"), Toys.stoppingAfter(4, stop), stop);
            training.run(resumed, pairs, folder.resolve("b"), Progress.none(), new StopSignal());
            straight.params()
                    .named()
                    .forEach((name, weight) -> assertThat(
                                    resumed.params().get(name).toDoubles())
                            .as(name)
                            .isEqualTo(weight.toDoubles()));
        }
    }

    @Test
    void marginsComeFromThePairs() {
        var pairs = training(0, 1).encode(ENCODER, new Split<>(polite(), List.<PreferencePair>of()));
        assertThat(pairs.train().get(2).margin()).isEqualTo(0.5);
        assertThat(pairs.train().get(0).margin()).isZero();
        assertThatThrownBy(() -> new PreferencePair(answered("a", "b"), answered("a", "c"), Double.NaN))
                .hasMessageContaining("margin");
    }

    @Test
    void aConversationLongerThanTheModelIsRefused() {
        try (RewardModel model = fresh()) {
            var scorer = new RewardScorer(model, ENCODER, 2);
            assertThatThrownBy(() -> scorer.scores(List.of(answered("a", "b"), answered("a", "x".repeat(300)))))
                    .hasMessageContaining("conversation 2 has")
                    .hasMessageContaining("made for 256");
            assertThatThrownBy(() -> new RewardScorer(model, ENCODER, 0)).hasMessageContaining("not 0");
        }
    }
}
