package dev.mokha.language.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.stage.Listener;
import dev.mokha.language.task.Example;
import dev.mokha.language.task.Label;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StepReport;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FinetuningTest {
    @TempDir
    Path root;

    private EncoderFolder base;

    @BeforeEach
    void makeBase() {
        base = Toy.folder(root.resolve("base"));
    }

    private Results run(TaskData data, Grid grid, String out) {
        return Objects.requireNonNull(Finetuning.prepare(base, data, grid, TooLong.STOP)
                .run(root.resolve(out), Toy.SILENT, new StopSignal()));
    }

    private byte[] weights(String out) {
        try {
            return Files.readAllBytes(root.resolve(out).resolve("model/model.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyKindLearnsItsExamplesAndTheFolderAnswersAsTheRunDid(Kind kind) {
        TaskData data = switch (kind) {
            case CLASSIFY -> Toy.sentiment();
            case REGRESS -> Toy.similarity();
            case TAG -> Toy.names();
            case CHOOSE -> Toy.endings();
        };
        Results results = run(data, Grid.of(Toy.quick().at(5e-3, 4, 40, 42)), "out");
        Map<String, Double> figures = results.bestTrial().figures();
        assertThat(figures.get(data.metrics().getFirst())).isGreaterThan(0.95);

        EncoderFolder model = EncoderFolder.open(root.resolve("out/model"));
        assertThat(Kind.of(model)).isEqualTo(kind);
        try (var predictor = Predictor.open(model, 0, TooLong.STOP)) {
            List<? extends Example> dev = data.dev().values().iterator().next();
            Map<String, Double> again = predictor.evaluate(dev).figures();
            assertThat(again.get(data.metrics().getFirst()))
                    .isCloseTo(figures.get(data.metrics().getFirst()), within(1e-6));
            List<Prediction> predictions = predictor.predict(dev);
            assertThat(predictions).hasSameSizeAs(dev);
            predictions.forEach(prediction -> prediction.probs().stream()
                    .filter(row -> !row.isEmpty())
                    .forEach(row ->
                            assertThat(row.stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-9))));
        }
        assertThat(root.resolve("out/report.html")).content().contains(data.name(), "<svg");
        assertThat(root.resolve("out/result.json"))
                .content()
                .contains(data.metrics().getFirst());
        assertThat(root.resolve("out/runs").resolve(results.bestTrial().recipe().name()))
                .isDirectoryNotContaining("glob:**checkpoint-*");
    }

    @Test
    void theFolderSaysItsLabels() {
        run(Toy.sentiment(), Grid.of(Toy.quick().at(3e-3, 4, 1, 42)), "out");
        assertThat(root.resolve("out/model/config.json"))
                .content()
                .contains("\"0\" : \"negative\"", "\"positive\" : 1", "single_label_classification");
        assertThat(root.resolve("out/model/tokenizer.json")).exists();
    }

    @Test
    void equalSeedsGiveEqualModelsAndOthersOthers() {
        FineTune recipe = Toy.quick().at(3e-3, 4, 3, 1);
        Results first = run(Toy.sentiment(), Grid.of(recipe), "a");
        Results second = run(Toy.sentiment(), Grid.of(recipe), "b");
        run(Toy.sentiment(), Grid.of(recipe.at(3e-3, 4, 3, 2)), "c");
        assertThat(second.bestTrial().figures()).isEqualTo(first.bestTrial().figures());
        assertThat(weights("b")).isEqualTo(weights("a"));
        assertThat(weights("c")).isNotEqualTo(weights("a"));
    }

    @Test
    void aRunThatWasStoppedEndsAsOneThatWasNot() {
        Grid grid = Grid.of(Toy.quick().at(3e-3, 4, 4, 1), 2);
        run(Toy.sentiment(), grid, "whole");
        for (long at : new long[] {3, 5}) { // within the first run, then within what is left of it
            var stop = new StopSignal();
            Listener raising = new Listener() {
                @Override
                public void stage(int number, int of, String title, boolean alreadyDone) {}

                @Override
                public void say(String line) {}

                @Override
                public Progress training(String name) {
                    return raisingAt(at, stop);
                }
            };
            assertThat(Finetuning.prepare(base, Toy.sentiment(), grid, TooLong.STOP)
                            .run(root.resolve("parts"), raising, stop))
                    .isNull();
            assertThat(root.resolve("parts/model")).doesNotExist();
        }
        Results results = run(Toy.sentiment(), grid, "parts");
        assertThat(weights("parts")).isEqualTo(weights("whole"));
        assertThat(results.points().getFirst().trials()).hasSize(2);
    }

    private static Progress raisingAt(long step, StopSignal stop) {
        return new Progress() {
            @Override
            public void begin(long done, long total) {}

            @Override
            public void step(StepReport report) {
                if (report.step() == step) {
                    stop.raise();
                }
            }

            @Override
            public void evaluated(long step, Map<String, Double> figures) {}

            @Override
            public void note(String message) {}

            @Override
            public void end(Outcome outcome) {}
        };
    }

    @Test
    void adaptersTrainTheHeadAndLeaveTheRestAsItWas() {
        FineTune q = Toy.quick();
        var recipe = new FineTune(
                false,
                1e-2,
                40,
                4,
                0.1,
                0.01,
                1,
                true,
                16,
                42,
                q.weights(),
                0,
                1,
                LoRA.on("query|value", 4, 8, 0),
                null,
                0,
                false,
                q.precision());
        Results results = run(Toy.sentiment(), Grid.of(recipe), "out");
        assertThat(results.bestTrial().figures().get("accuracy")).isGreaterThan(0.8);
        try (var _ = Scope.open("test");
                var before = Safetensors.open(root.resolve("base"));
                var after = Safetensors.open(root.resolve("out/model"))) {
            assertThat(after.names()).noneMatch(name -> name.contains("lora"));
            String query = "bert.encoder.layer.0.attention.self.query.weight";
            String key = "bert.encoder.layer.0.attention.self.key.weight";
            assertThat(after.tensor(key).toDoubles())
                    .isEqualTo(before.tensor(key).toDoubles());
            assertThat(after.tensor(query).toDoubles())
                    .isNotEqualTo(before.tensor(query).toDoubles());
        }
    }

    @Test
    void fromScratchNothingOfTheFoldersWeightsIsUsed() {
        TaskData task = Toy.sentiment();
        Results trained = run(task, Grid.of(Toy.quick()), "a");
        Results scratch = run(task, Grid.of(Toy.quick().withFromScratch()), "b");
        assertThat(scratch.bestTrial().recipe().describe()).containsEntry("from_scratch", true);
        try (var _ = Scope.open("test");
                var a = Safetensors.open(root.resolve("a/model"));
                var b = Safetensors.open(root.resolve("b/model"))) {
            assertThat(b.names()).isEqualTo(a.names());
            String words = "bert.embeddings.word_embeddings.weight";
            assertThat(b.tensor(words).toDoubles()).isNotEqualTo(a.tensor(words).toDoubles());
        }
        var base = EncoderFolder.open(root.resolve("base"));
        try (var _ = Scope.open("test");
                var before = Safetensors.open(base.path());
                var head = TaskHead.fresh(base, Kind.CLASSIFY, task.headLabels(), Toy.quick());
                var drawn = TaskHead.fresh(
                        base, Kind.CLASSIFY, task.headLabels(), Toy.quick().withFromScratch())) {
            String query = "bert.encoder.layer.0.attention.self.query.weight";
            double[] stored = before.tensor(query).toDoubles();
            assertThat(head.model().params().get(query).toDoubles()).isEqualTo(stored);
            assertThat(drawn.model().params().get(query).toDoubles()).isNotEqualTo(stored);
        }
        assertThat(trained.task()).isEqualTo(scratch.task());
    }

    @Test
    void adaptersForNothingAreRefused() {
        FineTune q = Toy.quick();
        var recipe = new FineTune(
                false,
                1e-2,
                1,
                4,
                0.1,
                0.01,
                1,
                true,
                16,
                42,
                q.weights(),
                0,
                1,
                LoRA.on("q_proj", 4, 8, 0),
                null,
                0,
                false,
                q.precision());
        assertThatThrownBy(() -> run(Toy.sentiment(), Grid.of(recipe), "out"))
                .hasMessageContaining("'q_proj' match no projection; there are query, key, value");
    }

    @Test
    void aPupilLearnsFromItsTeacherWhatWrongLabelsHide() {
        run(Toy.sentiment(), Grid.of(Toy.quick().at(5e-3, 4, 40, 42)), "teacher");
        TaskData right = Toy.sentiment();
        List<Example> wrong = right.train().stream()
                .map(example -> (Example)
                        Toy.text(((dev.mokha.language.task.TextExample) example).text(), null, new Label.Category(0)))
                .toList();
        var data = new TaskData("pupil", Kind.CLASSIFY, right.labels(), right.metrics(), wrong, right.dev());
        FineTune q = Toy.quick();
        var recipe = new FineTune(
                false,
                5e-3,
                40,
                4,
                0.1,
                0.01,
                1,
                true,
                16,
                42,
                q.weights(),
                0,
                1,
                null,
                new Distillation(root.resolve("teacher/model"), 2, 1),
                0,
                false,
                q.precision());
        assertThat(run(data, Grid.of(recipe), "pupil").bestTrial().figures()).containsEntry("accuracy", 1.0);
        TaskData other = Toy.names();
        assertThatThrownBy(() -> Finetuning.prepare(base, other, Grid.of(recipe), TooLong.STOP))
                .hasMessageContaining("teacher")
                .hasMessageContaining("TAG");
    }

    @Test
    void patienceEndsARunAndTheBestWeightsAreKept() {
        FineTune q = Toy.quick();
        var recipe = new FineTune(
                false,
                5e-3,
                200,
                4,
                0.1,
                0.01,
                1,
                true,
                16,
                42,
                q.weights(),
                0.1,
                0.9,
                null,
                null,
                15,
                true,
                q.precision());
        Results.Trial trial = run(Toy.sentiment(), Grid.of(recipe), "out").bestTrial();
        assertThat(trial.figures()).containsEntry("accuracy", 1.0);
        assertThat((Integer) trial.details().get("steps")).isLessThan(300);
    }

    @Test
    void everythingIsCheckedBeforeAnythingIsWritten() {
        TaskData data = Toy.sentiment();
        List<Example> long0 = List.of(Toy.text("a film ".repeat(20), null, new Label.Category(0)));
        var tooLong = new TaskData("long", Kind.CLASSIFY, data.labels(), data.metrics(), long0, data.dev());
        assertThatThrownBy(() -> run(tooLong, Grid.of(Toy.quick()), "out"))
                .hasMessageContaining("toy.tsv, line 1: the text has 42 tokens, where 16 are allowed")
                .hasMessageContaining("--too-long cut");
        assertThat(Finetuning.prepare(base, tooLong, Grid.of(Toy.quick()), TooLong.CUT)
                        .cut())
                .isEqualTo(1);
        List<Example> unknown = List.of(Toy.text("a film", null, new Label.Unknown()));
        var nothing = new TaskData("unknown", Kind.CLASSIFY, data.labels(), data.metrics(), unknown, data.dev());
        assertThatThrownBy(() -> run(nothing, Grid.of(Toy.quick()), "out")).hasMessageContaining("no label is known");
        assertThat(root.resolve("out")).doesNotExist();
    }

    @Test
    void aFolderWithoutAHeadAnswersNothing() {
        assertThatThrownBy(() -> Predictor.open(base, 0, TooLong.STOP)).hasMessageContaining("mokha finetune");
    }
}
