package dev.mokha.language.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.Toys;
import dev.mokha.language.corpus.Document;
import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainTest {
    private static final List<HeldOut> HELD_OUT =
            List.of(new HeldOut("english", List.of(new Document("h", Toys.english(99, 30)))));

    @TempDir
    Path folder;

    private Path english;
    private Path arabic;

    @BeforeEach
    void write() throws IOException {
        english = folder.resolve("english.txt");
        arabic = folder.resolve("arabic.txt");
        Files.writeString(english, text(seed -> Toys.english(seed, 20)));
        Files.writeString(arabic, text(seed -> Toys.arabic(seed, 20)));
    }

    private static String text(LongFunction<String> document) {
        return IntStream.range(0, 20).mapToObj(document::apply).collect(Collectors.joining("\n\n"));
    }

    @Test
    void sixtyStepsBringTheLossFromFiveAndAHalfBelowTwoAndAHalf() {
        try (Decoder model = Decoder.fresh(Toys.config(), 1)) {
            var result = run(recipe(60), model, "run", List.of(source("english", english, 1)), new StopSignal());
            assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
            assertThat(result.loss()).isLessThan(2.5);
            assertThat(result.bestScore()).isLessThan(4); // bits a byte of held-out text
        }
    }

    @Test
    void aStoppedRunGoesOnToTheBitsOfAnUndisturbedOne() {
        var sources = List.of(source("english", english, 2), source("arabic", arabic, 1));
        try (Decoder straight = Decoder.fresh(Toys.config(), 1);
                Decoder stopped = Decoder.fresh(Toys.config(), 1);
                Decoder resumed = Decoder.fresh(Toys.config(), 2)) {
            run(recipe(9), straight, "straight", sources, new StopSignal());
            var stop = new StopSignal();
            var first = recipe(9)
                    .run(
                            stopped,
                            Toys.bytes(),
                            Toys.END_OF_TEXT,
                            sources,
                            HELD_OUT,
                            folder.resolve("halves"),
                            Toys.stoppingAfter(4, stop),
                            stop);
            assertThat(first.outcome()).isEqualTo(Outcome.STOPPED);
            assertThat(first.step()).isEqualTo(4);
            var second = run(recipe(9), resumed, "halves", sources, new StopSignal());
            assertThat(second.outcome()).isEqualTo(Outcome.FINISHED);
            assertThat(Toys.bits(resumed)).isEqualTo(Toys.bits(straight));
        }
    }

    @Test
    void textIsEncodedOnceAndThenReadFromItsFile() throws IOException {
        var sources = List.of(source("english", english, 1));
        try (Decoder model = Decoder.fresh(Toys.config(), 1)) {
            run(recipe(2), model, "run", sources, new StopSignal());
            Path tokens = folder.resolve("run/tokens/english.tokens");
            byte[] before = Files.readAllBytes(tokens);
            Files.delete(english);
            assertThat(run(recipe(3), model, "run", sources, new StopSignal()).step())
                    .isEqualTo(3);
            assertThat(Files.readAllBytes(tokens)).isEqualTo(before);
        }
    }

    @Test
    void weightsDecideHowOftenASourceIsReadAndEpochsWhenItLeaves() throws IOException {
        var sources = List.of(source("english", english, 1), source("arabic", arabic, 3));
        try (Decoder model = Decoder.fresh(Toys.config(), 1)) {
            run(recipe(40), model, "run", sources, new StopSignal());
        }
        // The position in the checkpoint counts the rows taken of each: 40 steps of 2 batches of 4.
        String state = Files.readString(folder.resolve("run/checkpoint-40/state.json"));
        var counts = Pattern.compile("\"data\"\\s*:\\s*\"(\\d+),(\\d+)\"").matcher(state);
        assertThat(counts.find()).isTrue();
        int first = Integer.parseInt(counts.group(1));
        int second = Integer.parseInt(counts.group(2));
        assertThat(first + second).isEqualTo(320);
        assertThat(first).isBetween(55, 105);
    }

    @Test
    void aModelThatForgetsIsStopped() throws IOException {
        var retention = new Retention("english", 0.02, Retention.Reaction.STOP);
        try (Decoder model = Decoder.fresh(Toys.config(), 1)) {
            run(recipe(40), model, "english", List.of(source("english", english, 1)), new StopSignal());
            var sources = List.of(source("arabic", arabic, 1));
            assertThatThrownBy(() -> run(forgetful(60, retention), model, "on", sources, new StopSignal()))
                    .isInstanceOf(RetentionException.class)
                    .hasMessageContaining("'english' is at")
                    .hasMessageContaining("2.0 % are allowed");
            assertThat(folder.resolve("on/retention.json")).content().contains("english");
        }
    }

    @Test
    void aModelThatForgetsIsGivenMoreOfItAndGoesOnTheSame() throws IOException {
        var retention = new Retention("english", 0, Retention.Reaction.REBALANCE);
        var sources = List.of(source("english", english, 0.02), source("arabic", arabic, 1));
        try (Decoder straight = Decoder.fresh(Toys.config(), 1);
                Decoder stopped = Decoder.fresh(Toys.config(), 1);
                Decoder resumed = Decoder.fresh(Toys.config(), 1)) {
            for (Decoder model : List.of(straight, stopped, resumed)) {
                String own = "first" + System.identityHashCode(model);
                run(recipe(40), model, own, List.of(source("english", english, 1)), new StopSignal());
            }
            run(forgetful(14, retention), straight, "straight", sources, new StopSignal());
            String state = Files.readString(folder.resolve("straight/checkpoint-14/state.json"));
            assertThat(state).containsPattern(": \"\\d+,\\d+;(?!1\\.0)[\\d.]+,1\\.0\"");

            var stop = new StopSignal();
            forgetful(14, retention)
                    .run(
                            stopped,
                            Toys.bytes(),
                            Toys.END_OF_TEXT,
                            sources,
                            HELD_OUT,
                            folder.resolve("halves"),
                            Toys.stoppingAfter(7, stop),
                            stop);
            run(forgetful(14, retention), resumed, "halves", sources, new StopSignal());
            assertThat(Toys.bits(resumed)).isEqualTo(Toys.bits(straight));
        }
    }

    @Test
    void whatIsToBeKeptHasToBeMeasuredAndDrawnFrom() {
        var sources = List.of(source("arabic", arabic, 1));
        try (Decoder model = Decoder.fresh(Toys.config(), 1)) {
            assertThatThrownBy(() -> run(
                            forgetful(2, new Retention("french", 0.1, Retention.Reaction.STOP)),
                            model,
                            "a",
                            sources,
                            new StopSignal()))
                    .hasMessageContaining("'french'")
                    .hasMessageContaining("[english]");
            assertThatThrownBy(() -> run(
                            forgetful(2, new Retention("english", 0.1, Retention.Reaction.REBALANCE)),
                            model,
                            "b",
                            sources,
                            new StopSignal()))
                    .hasMessageContaining("no source is called 'english'");
        }
        assertThatThrownBy(() -> new Retention("english", -1, Retention.Reaction.STOP))
                .hasMessageContaining("tolerance");
    }

    @Test
    void recipesThatCannotBeRunAreNamed() {
        try (Decoder model = Decoder.fresh(Toys.config(), 1)) {
            assertThatThrownBy(() -> run(
                            recipe(2),
                            model,
                            "run",
                            List.of(source("twice", english, 1), source("twice", arabic, 1)),
                            new StopSignal()))
                    .hasMessageContaining("twice");
            assertThatThrownBy(() -> run(recipe(2), model, "run", List.of(), new StopSignal()))
                    .hasMessageContaining("at least one source");
        }
        assertThatThrownBy(() -> source("a/b", english, 1)).hasMessageContaining("a/b");
    }

    @Test
    void aTemperatureOfOneMixesBySizeAndHigherOnesMoreEvenly() {
        var source = source("english", english, 0.5);
        assertThat(atTemperature(1).weight(source, 900)).isEqualTo(450);
        assertThat(atTemperature(2).weight(source, 900)).isEqualTo(15);
        assertThat(atTemperature(Double.POSITIVE_INFINITY).weight(source, 900)).isEqualTo(0.5);
        assertThatThrownBy(() -> atTemperature(0)).hasMessageContaining("above 0");
    }

    private static Pretrain atTemperature(double temperature) {
        Pretrain plain = recipe(1);
        return new Pretrain(
                plain.context(),
                plain.batch(),
                plain.accumulation(),
                plain.steps(),
                plain.schedule(),
                plain.weightDecay(),
                plain.precision(),
                plain.every(),
                plain.seed(),
                null,
                null,
                temperature);
    }

    private Fit.Result run(Pretrain recipe, Decoder model, String out, List<Pretrain.Source> sources, StopSignal stop) {
        Path run = folder.resolve(out);
        return recipe.run(model, Toys.bytes(), Toys.END_OF_TEXT, sources, HELD_OUT, run, Progress.none(), stop);
    }

    private static Pretrain.Source source(String name, Path file, double weight) {
        return new Pretrain.Source(name, TextSource.of(file), weight, Double.POSITIVE_INFINITY);
    }

    private static Pretrain recipe(long steps) {
        return new Pretrain(
                32,
                4,
                2,
                steps,
                new Schedule.WarmupCosine(1e-2, 1e-3, 3, 60),
                0.1,
                Fit.Precision.FLOAT32,
                new Fit.Every(5, 0, 0),
                7,
                null,
                null);
    }

    /// At a high rate, looking every second step.
    private static Pretrain forgetful(long steps, Retention retention) {
        return new Pretrain(
                32,
                4,
                1,
                steps,
                new Schedule.Constant(1e-2),
                0.1,
                Fit.Precision.FLOAT32,
                new Fit.Every(5, 2, 4),
                7,
                null,
                retention);
    }
}
