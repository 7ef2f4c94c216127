package dev.mokha.language.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.testkit.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against the oracle: every continuation by itself, in one pass over its own text.
final class LikelihoodScorerTest {
    private static final int VOCABULARY = 64;

    private static Decoder open(String name) {
        return ModelFolder.open(Golden.path("decoders/" + name + "/model"))
                .decoder(Loading.forUse(Device.CPU).as(DType.FLOAT64));
    }

    @ParameterizedTest
    @CsvSource({
        "llama3, 0, 1",
        "llama3, 3, 1",
        "llama3, 40, 1",
        "llama3, 40, 4",
        "llama3, 900, 3",
        "qwen3, 60, 4",
        "qwen2-window, 30, 3",
        "mistral, 30, 3"
    })
    void asEachByItself(String name, int shared, int choices) {
        try (Decoder model = open(name)) {
            int room = model.config().maxPositionEmbeddings();
            var random = new Random(shared + choices);
            int[] beginning = ids(random, Math.min(shared, room - 20));
            List<Continuation> asked = new ArrayList<>();
            for (int question = 0; question < 9; question++) {
                // Two subjects: some questions have another beginning.
                int[] start = question % 3 == 0 ? ids(new Random(1), beginning.length) : beginning;
                int[] context = joined(start, ids(random, 1 + random.nextInt(9)));
                for (int choice = 0; choice < choices; choice++) {
                    asked.add(new Continuation(context, ids(random, 1 + random.nextInt(4))));
                }
            }
            asked.add(new Continuation(ids(random, 1), ids(random, 5)));
            asked.add(new Continuation(ids(random, 2 * room), ids(random, 3))); // the end of its context is read
            var counted = new AtomicInteger();

            List<Continuation.Score> scores = new LikelihoodScorer(model).scores(asked, counted::addAndGet);

            assertThat(counted).hasValue(asked.size());
            for (int i = 0; i < asked.size(); i++) {
                Continuation.Score alone = alone(model, asked.get(i).within(room));
                assertThat(scores.get(i).logLikelihood())
                        .as("continuation %d", i)
                        .isCloseTo(alone.logLikelihood(), within(1e-5));
                assertThat(scores.get(i).greedy()).isEqualTo(alone.greedy());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "llama3")
    void whatTheModelWouldWriteIsGreedy(String name) {
        try (Decoder model = open(name)) {
            int[] context = ids(new Random(5), 6);
            int[] text = context;
            for (int step = 0; step < 3; step++) {
                try (var _ = Scope.open("test");
                        var _ = Gradients.off()) {
                    var logits = model.forward(TokenBatch.of(text)).select(1, text.length - 1);
                    text = joined(text, new int[] {(int) logits.argmax(1).itemLong()});
                }
            }
            int[] written = Arrays.copyOfRange(text, context.length, text.length);
            int[] other = written.clone();
            other[2] = (other[2] + 1) % VOCABULARY;
            var scores = new LikelihoodScorer(model)
                    .scores(List.of(new Continuation(context, written), new Continuation(context, other)), _ -> {});
            assertThat(scores.get(0).greedy()).isTrue();
            assertThat(scores.get(1).greedy()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "llama3")
    void whatNeverFitsIsToldOf(String name) {
        try (Decoder model = open(name)) {
            var random = new Random(0);
            int room = model.config().maxPositionEmbeddings();
            assertThatThrownBy(() -> new LikelihoodScorer(model)
                            .scores(List.of(new Continuation(ids(random, 3), ids(random, room + 1))), _ -> {}))
                    .isInstanceOf(EvaluationException.class)
                    .hasMessageContaining("more than the model's");
        }
    }

    private static Continuation.Score alone(Decoder model, Continuation one) {
        int[] text = joined(one.context(), one.tokens());
        try (var _ = Scope.open("oracle");
                var _ = Gradients.off()) {
            double[] logs = model.forward(TokenBatch.of(Arrays.copyOf(text, text.length - 1)))
                    .logSoftmax(2)
                    .flatten(0, 1)
                    .to(DType.FLOAT64)
                    .toDoubles();
            int vocabulary = logs.length / (text.length - 1);
            double sum = 0;
            boolean greedy = true;
            for (int t = one.context().length; t < text.length; t++) {
                int row = (t - 1) * vocabulary;
                sum += logs[row + text[t]];
                for (int v = 0; v < vocabulary; v++) {
                    greedy &= logs[row + v] <= logs[row + text[t]];
                }
            }
            return new Continuation.Score(sum, greedy);
        }
    }

    private static int[] ids(Random random, int count) {
        return random.ints(count, 3, VOCABULARY).toArray();
    }

    private static int[] joined(int[] a, int[] b) {
        int[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
