package dev.mokha.language.question;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.SpanModel;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StepReport;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuestionAnsweringTest {
    private static final Tokenizer TOKENIZER = Expected.tokenizer();
    private static final String CONTEXT = "The ship left Mokha in 1720 with coffee and dates for the port of Livorno.";

    @TempDir
    Path folder;

    @Test
    void aTinyModelLearnsFewQuestionsByHeartAndItsFolderAnswersThem() throws IOException {
        SquadData data = data(true);
        var recipe = recipe(Decode.squad2(0)).withLearning(2e-3, 150, 5);
        QuestionAnswering.Result result;
        try (var model = new SpanModel(BertConfig.tiny(TOKENIZER.idBound()), Params.fresh(3))) {
            result = recipe.run(
                    model,
                    TOKENIZER,
                    new QuestionAnswering.Data(data, data),
                    folder,
                    Progress.none(),
                    new StopSignal());
        }
        assertThat(result.fit().outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(result.fit().loss()).isLessThan(0.1);
        assertThat(result.windows()).isEqualTo(10); // the context is longer than a window: two for each question
        Answered dev = Objects.requireNonNull(result.dev());
        assertThat(dev.score().figures()).containsEntry("exact", 100.0).containsEntry("NoAns_f1", 100.0);
        assertThat(Files.readString(folder.resolve("scores.json"))).contains("\"best_f1\": 100.0");
        assertThat(PredictionFiles.readAnswers(folder.resolve(PredictionFiles.PREDICTIONS)))
                .containsEntry("when", "1720")
                .containsEntry("who", "");
        assertThat(PredictionFiles.readOdds(folder.resolve(PredictionFiles.NULL_ODDS)))
                .hasSize(5);

        Path model = folder.resolve(QuestionAnswering.MODEL);
        assertThat(EncoderFolder.open(model).architecture()).isEqualTo("BertForQuestionAnswering");
        assertThat(EncoderFolder.open(model).tokenizerConfig())
                .containsEntry("model_input_names", List.of("input_ids", "token_type_ids", "attention_mask"));
        try (var answerer = QuestionAnswerer.open(model)) {
            assertThat(answerer.settings().decode().threshold()).isEqualTo(dev.threshold());
            assertThat(answerer.settings().windows())
                    .isEqualTo(recipe.settings().windows());
            Map<String, Prediction> again = answerer.answer(data.questions());
            again.forEach((id, prediction) -> assertThat(prediction.text())
                    .isEqualTo(Objects.requireNonNull(dev.predictions().get(id)).text()));
        }
        var screen = new StringBuilder();
        ask(model, CONTEXT, screen);
        assertThat(screen).startsWith("1720: ");
        for (String line : screen.toString().lines().skip(1).toList()) {
            String[] fields = line.split("\t", -1);
            if (!fields[0].equals("-1")) {
                assertThat(CONTEXT.substring(Integer.parseInt(fields[0]), Integer.parseInt(fields[1])))
                        .isEqualTo(fields[2]);
            }
        }
    }

    // region ask
    static void ask(Path folder, String context, StringBuilder screen) {
        try (var answerer = QuestionAnswerer.open(folder)) {
            Prediction found = answerer.ask("when did it leave", context); // a context of any length
            screen.append(found.text())
                    .append(": the odds of no answer are ")
                    .append(found.nullOdds())
                    .append('\n');
            for (Candidate candidate : found.nBest()) { // start and end count UTF-16 units, as String does
                screen.append(candidate.start())
                        .append('\t')
                        .append(candidate.end())
                        .append('\t');
                screen.append(candidate.text()).append('\n');
            }
        }
    }
    // endregion

    @Test
    void aStoppedRunGoesOnToTheSameWeights() {
        SquadData data = data(false);
        var recipe = recipe(Decode.squad1()).withLearning(1e-3, 6, 2);
        List<Double> whole = weights(recipe, data, folder.resolve("whole"), Integer.MAX_VALUE);
        Path out = folder.resolve("parts");
        weights(recipe, data, out, 4);
        assertThat(weights(recipe, data, out, Integer.MAX_VALUE)).isEqualTo(whole);
    }

    private static List<Double> weights(QuestionAnswering recipe, SquadData data, Path out, int stopAfter) {
        var stop = new StopSignal();
        var progress = new Progress() {
            private int steps;

            @Override
            public void begin(long done, long total) {}

            @Override
            public void step(StepReport report) {
                if (++steps == stopAfter) {
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
        try (var _ = Scope.open();
                var model = new SpanModel(BertConfig.tiny(TOKENIZER.idBound()), Params.fresh(3))) {
            var result = recipe.run(model, TOKENIZER, new QuestionAnswering.Data(data, null), out, progress, stop);
            assertThat(result.dev()).isNull();
            assertThat(Files.exists(out.resolve(QuestionAnswering.MODEL)))
                    .isEqualTo(result.fit().outcome() == Outcome.FINISHED);
            List<Double> sums = new ArrayList<>();
            for (Tensor parameter : model.params().named().values()) {
                sums.add(parameter.sum().item());
            }
            return sums;
        }
    }

    @Test
    void logitsOfAWindowAreTheSameAloneAndAmongOthers() {
        var windows = new ArrayList<Window>();
        var cutter = new Windows(TOKENIZER, new Windows.Config(24, 6, 5));
        data(true).questions().forEach(question -> windows.addAll(cutter.of(question)));
        assertThat(windows.stream().map(Window::size).collect(Collectors.toSet()))
                .hasSizeGreaterThan(1);
        try (var model = new SpanModel(BertConfig.tiny(TOKENIZER.idBound()), Params.fresh(5))) {
            List<SpanLogits> alone = new WindowReader(model, 1, false).read(windows);
            List<SpanLogits> together = new WindowReader(model, 10_000, false).read(windows);
            for (int i = 0; i < windows.size(); i++) {
                assertThat(alone.get(i).size()).isEqualTo(windows.get(i).size());
                for (int p = 0; p < windows.get(i).size(); p++) {
                    var near = org.assertj.core.data.Offset.offset(1e-5f);
                    assertThat(alone.get(i).start(p)).isCloseTo(together.get(i).start(p), near);
                    assertThat(alone.get(i).end(p)).isCloseTo(together.get(i).end(p), near);
                }
            }
        }
    }

    @Test
    void whatCannotWorkIsNamedBeforeTheWork() {
        var nowhere = new SquadData(
                "", List.of(new Question("a", "who", CONTEXT, List.of(new Gold("x", Gold.NOWHERE)), false)), List.of());
        try (var model = new SpanModel(BertConfig.tiny(TOKENIZER.idBound()), Params.fresh(3))) {
            assertThatThrownBy(() -> recipe(Decode.squad1())
                            .run(
                                    model,
                                    TOKENIZER,
                                    new QuestionAnswering.Data(nowhere, null),
                                    folder,
                                    Progress.none(),
                                    new StopSignal()))
                    .hasMessageContaining("none of the 1 questions");
            var long0 =
                    AnswerSettings.squad1().withWindows(Windows.Config.squad().withMaxLength(100_000));
            assertThatThrownBy(() -> new QuestionAnswerer(model, TOKENIZER, long0))
                    .hasMessageContaining("100000");
        }
        assertThatThrownBy(() -> recipe(Decode.squad1()).withLearning(0, 1, 1)).hasMessageContaining("0.0");
    }

    @Test
    void settingsAreKeptBesideTheModelAndAMalformedFileIsNamed() throws IOException {
        var settings = new AnswerSettings(new Windows.Config(100, 20, 30), new Decode(5, 9, true, -2.25));
        settings.write(folder);
        assertThat(AnswerSettings.of(folder)).isEqualTo(settings);
        Files.writeString(folder.resolve(AnswerSettings.FILE), "{\"max_length\": 100}");
        assertThatThrownBy(() -> AnswerSettings.of(folder))
                .hasMessageContaining(AnswerSettings.FILE)
                .hasMessageContaining("max_question_length");
        assertThat(AnswerSettings.of(folder.resolve("none"))).isEqualTo(AnswerSettings.squad1());
    }

    private static QuestionAnswering recipe(Decode decode) {
        var settings = new AnswerSettings(new Windows.Config(32, 10, 12), decode);
        var base = QuestionAnswering.squad1();
        return new QuestionAnswering(
                settings,
                1e-3,
                1,
                4,
                1,
                0.1,
                AdamW.Config.bert().withBiasCorrection(true),
                base.precision(),
                new Fit.Every(10, 0, 0),
                7,
                null);
    }

    private static SquadData data(boolean withNone) {
        List<Question> questions = new ArrayList<>(List.of(
                question("when", "when did it leave", "1720"),
                question("where", "where did it leave", "Mokha"),
                question("what", "what did it carry", "coffee and dates"),
                question("port", "what port", "Livorno")));
        if (withNone) {
            questions.add(new Question("who", "who was the captain", CONTEXT, List.of(), true));
        }
        assertThat(Set.copyOf(questions)).hasSameSizeAs(questions);
        return new SquadData("", questions, List.of());
    }

    private static Question question(String id, String text, String answer) {
        return new Question(id, text, CONTEXT, List.of(new Gold(answer, CONTEXT.indexOf(answer))), false);
    }
}
