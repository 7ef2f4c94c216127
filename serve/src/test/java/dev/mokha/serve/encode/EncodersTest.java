package dev.mokha.serve.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.embed.EmbedSettings;
import dev.mokha.language.embed.TextEmbedder;
import dev.mokha.language.encoder.Sequence;
import dev.mokha.serve.engine.EndedException;
import dev.mokha.serve.engine.RefusedException;
import dev.mokha.serve.schedule.QueueLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Encoders under many users.
final class EncodersTest {
    /// Products of other sizes are summed in another order.
    private static final Offset<Float> CLOSE = Offset.offset(2e-5f);

    private static final List<String> TEXTS =
            List.of("the cat", "a", "the cat sat on the mat and the dog sat", "on the mat", "the dog", "dog");

    @TempDir
    static Path folder;

    private static SequencedMap<String, Path> folders = new LinkedHashMap<>();

    @BeforeAll
    static void write() {
        folders = ToyEncoders.write(folder);
    }

    private static Encoders open(EncodeOptions options) {
        return Encoders.open(folders, options);
    }

    private static List<float[]> rows(Call call) throws InterruptedException {
        return Objects.requireNonNull(call.await(60_000), "no rows in a minute");
    }

    private static Sequence read(ServedEncoder encoder, String text) {
        return encoder.reader().whole(text, null);
    }

    @Test
    void vectorsAreThoseOfTheEmbedder() throws InterruptedException {
        Path path = Objects.requireNonNull(folders.get("vectors"));
        try (var encoders = open(EncodeOptions.DEFAULT);
                var embedder = TextEmbedder.open(path, EmbedSettings.standard().withSize(8))) {
            ServedEncoder encoder = encoders.all().getFirst();
            var head = (Head.Vectors) encoder.head();
            List<float[]> rows = rows(encoders.submit(
                    encoder, TEXTS.stream().map(text -> read(encoder, text)).toList()));
            for (int i = 0; i < TEXTS.size(); i++) {
                assertThat(head.vector(rows.get(i), 8, head.normalize()))
                        .containsExactly(embedder.embed(TEXTS.get(i)), CLOSE);
            }
        }
    }

    @Test
    void manyUsersAtOnceGetWhatEachGetsAlone() throws InterruptedException, ExecutionException {
        for (EncodeOptions options : List.of(
                EncodeOptions.DEFAULT.withBatchTokens(64),
                EncodeOptions.DEFAULT.withBatchTokens(7),
                EncodeOptions.DEFAULT)) {
            try (var encoders = open(options);
                    var users = Executors.newVirtualThreadPerTaskExecutor()) {
                var alone = new ArrayList<List<float[]>>();
                for (ServedEncoder encoder : encoders.all()) {
                    var own = new ArrayList<float[]>();
                    for (String text : TEXTS) {
                        own.addAll(rows(encoders.submit(encoder, List.of(read(encoder, text)))));
                    }
                    alone.add(own);
                }
                var asked = new ArrayList<Future<?>>();
                for (int user = 0; user < 60; user++) {
                    var random = new Random(user);
                    asked.add(users.submit(() -> {
                        int model = random.nextInt(alone.size());
                        ServedEncoder encoder = encoders.all().get(model);
                        var which = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5));
                        Collections.shuffle(which, random);
                        List<Integer> some = which.subList(0, 1 + random.nextInt(6));
                        List<float[]> rows = rows(encoders.submit(
                                encoder,
                                some.stream()
                                        .map(i -> read(encoder, TEXTS.get(i)))
                                        .toList()));
                        for (int i = 0; i < some.size(); i++) {
                            assertThat(rows.get(i))
                                    .containsExactly(alone.get(model).get(some.get(i)), CLOSE);
                        }
                        return null;
                    }));
                }
                for (Future<?> one : asked) {
                    one.get();
                }
                for (ServedEncoder encoder : encoders.all()) {
                    assertThat(encoders.state(encoder)).isEqualTo(new EncodeState(0, 0, 0));
                }
            }
        }
    }

    /// Holds the thread that computes until it is let go.
    private static final class Held implements PassListener {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        @Override
        public void passed(ServedEncoder encoder, Size size, Duration time) {
            reached.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        static Held in(Encoders encoders, ServedEncoder encoder) throws InterruptedException {
            var held = new Held();
            encoders.listen(held);
            encoders.submit(encoder, List.of(read(encoder, "a")));
            held.reached.await();
            return held;
        }
    }

    @Test
    void aFullQueueRefusesAndACancelledCallMakesRoom() throws InterruptedException {
        try (var encoders = open(EncodeOptions.DEFAULT.withQueue(new QueueLimits(2, 100, Long.MAX_VALUE)))) {
            ServedEncoder encoder = encoders.all().getFirst();
            Held held = Held.in(encoders, encoder);
            List<Sequence> one = List.of(read(encoder, "the cat"));
            Call first = encoders.submit(encoder, one);
            Call second = encoders.submit(encoder, one);
            assertThat(encoders.state(encoder)).isEqualTo(new EncodeState(2, 1, 2));
            assertThatThrownBy(() -> encoders.submit(encoder, one))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> assertThat(e.retryAfterSeconds()).isPositive());
            first.cancel();
            Call third = encoders.submit(encoder, one);
            assertThatThrownBy(() -> first.await(1)).isInstanceOf(EndedException.class);
            held.released.countDown();
            assertThat(rows(second)).hasSize(1);
            assertThat(rows(third)).hasSize(1);
            assertThat(third.queuedNanos()).isPositive();
        }
    }

    @Test
    void whoWaitsForTooLongIsGivenUp() throws InterruptedException {
        try (var encoders = open(EncodeOptions.DEFAULT.withQueue(new QueueLimits(2, 100, 1)))) {
            ServedEncoder encoder = encoders.all().getFirst();
            Call call = encoders.submit(encoder, List.of(read(encoder, "the cat")));
            assertThatThrownBy(() -> call.await(60_000)).hasMessageContaining("waited for longer");
        }
    }

    @Test
    void drainingFinishesWhatIsThereAndTakesNoMore() throws InterruptedException {
        try (var encoders = open(EncodeOptions.DEFAULT)) {
            ServedEncoder encoder = encoders.all().getFirst();
            Held held = Held.in(encoders, encoder);
            Call waiting = encoders.submit(encoder, List.of(read(encoder, "the cat")));
            try (var other = Executors.newSingleThreadExecutor()) {
                Future<Boolean> drained = other.submit(() -> encoders.drain(Duration.ofMinutes(1)));
                boolean refused = false;
                while (!refused) {
                    try (var _ = encoders.reserve(1)) {
                        Thread.onSpinWait();
                    } catch (RefusedException _) {
                        refused = true;
                    }
                }
                held.released.countDown();
                assertThat(drained.get()).isTrue();
            } catch (ExecutionException e) {
                throw new AssertionError(e);
            }
            assertThat(rows(waiting)).hasSize(1);
        }
    }

    @Test
    void whatIsNotDoneInTimeIsEnded() throws InterruptedException {
        try (var encoders = open(EncodeOptions.DEFAULT)) {
            ServedEncoder encoder = encoders.all().getFirst();
            Held held = Held.in(encoders, encoder);
            Call waiting = encoders.submit(encoder, List.of(read(encoder, "the cat")));
            assertThat(encoders.drain(Duration.ofMillis(1))).isFalse();
            assertThatThrownBy(() -> waiting.await(60_000)).hasMessageContaining("stopped before");
            held.released.countDown();
        }
    }

    @Test
    void aClosedOneTakesNothing() {
        Encoders encoders = open(EncodeOptions.DEFAULT);
        ServedEncoder encoder = encoders.all().getFirst();
        List<Sequence> one = List.of(read(encoder, "a"));
        encoders.close();
        assertThat(encoders.isAlive()).isFalse();
        assertThatThrownBy(() -> encoders.submit(encoder, one)).isInstanceOf(RefusedException.class);
    }

    @Test
    void aTextThatIsTooLongOrOfStrangeTokensIsRefused() {
        try (var encoders = open(EncodeOptions.DEFAULT)) {
            ServedEncoder encoder = encoders.all().getFirst();
            Sequence tooLong = read(encoder, "the cat ".repeat(20));
            assertThatThrownBy(() -> encoders.submit(encoder, List.of(tooLong)))
                    .hasMessageContaining("42 tokens")
                    .hasMessageContaining("reads 32");
            assertThatThrownBy(() -> encoders.submit(encoder, List.of(Sequence.of(1, 99999))))
                    .hasMessageContaining("token 99999");
            assertThatThrownBy(() -> encoders.submit(encoder, List.of())).hasMessageContaining("at least one text");
        }
    }

    @Test
    void int8IsCloseToFloats() throws InterruptedException {
        try (var exact = open(EncodeOptions.DEFAULT);
                var narrow = open(EncodeOptions.DEFAULT.withInt8(true))) {
            ServedEncoder encoder = exact.all().getFirst();
            ServedEncoder other = narrow.all().getFirst();
            float[] row = rows(exact.submit(encoder, List.of(read(encoder, "the cat"))))
                    .getFirst();
            float[] rounded =
                    rows(narrow.submit(other, List.of(read(other, "the cat")))).getFirst();
            assertThat(((Head.Vectors) encoder.head()).cosine(row, rounded)).isBetween(0.99, 0.9999999);
        }
    }

    @Test
    void aCrossEncoderSaysWhatMakesAScoreOfItsLogit() throws IOException {
        Path judge = Objects.requireNonNull(folders.get("judge"));
        Path copy = Files.createDirectories(folder.resolve("copy"));
        for (String name : List.of("model.safetensors", "tokenizer.json")) {
            Files.copy(judge.resolve(name), copy.resolve(name));
        }
        String config = Files.readString(judge.resolve("config.json"));
        for (String[] one : new String[][] {
            {"\"sentence_transformers\": {\"activation_fn\": \"torch.nn.modules.linear.Identity\"}", "IDENTITY"},
            {"\"sbert_ce_default_activation_function\": \"torch.nn.modules.activation.Tanh\"", "TANH"},
            {"\"x\": 1", "SIGMOID"}
        }) {
            Files.writeString(copy.resolve("config.json"), config.replaceFirst("\\{", "{" + one[0] + ","));
            try (var encoder = ServedEncoder.open("copy", copy, EncodeOptions.DEFAULT)) {
                assertThat(((Head.Classes) encoder.head()).squash()).isEqualTo(Squash.valueOf(one[1]));
            }
        }
        Files.writeString(
                copy.resolve("config.json"),
                config.replaceFirst(
                        "\\{", "{\"sbert_ce_default_activation_function\": \"torch.nn.modules.activation.ELU\","));
        assertThatThrownBy(() -> ServedEncoder.open("copy", copy, EncodeOptions.DEFAULT))
                .hasMessageContaining("activation.ELU");
    }
}
