package dev.mokha.language.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.generate.LanguageModel;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Prompts, likelihoods, marks and figures against lm-evaluation-harness, on one model and the same task files.
final class HarnessGoldenTest {
    private static final Path FIXTURES = Golden.path("evaluation");
    private static final double FLOAT32 = 2e-4;

    private static LanguageModel model;
    private static JsonNode expected;

    @BeforeAll
    static void open() {
        model = LanguageModel.load(
                Golden.path("../samples/base"), Loading.forUse(Device.CPU).as(DType.FLOAT32));
        expected = Golden.read("evaluation/expected.json").at("");
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static EvaluationTask task(String name) throws IOException {
        Path file = FIXTURES.resolve("tasks/" + name + ".yaml");
        return TaskFile.read(Files.readString(file), file.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"letters", "drawn", "contexts", "last_word", "rolling", "written"})
    void asTheHarness(String name) throws IOException {
        var settings = Evaluation.Settings.standard().withFolders(List.of(FIXTURES));
        TaskResult result = new Evaluation(model, settings).run(task(name), Evaluation.Progress.silent());

        JsonNode samples = expected.path(name).path("samples");
        assertThat(result.samples()).hasSize(samples.size());
        for (int i = 0; i < samples.size(); i++) {
            JsonNode theirs = samples.get(i);
            Sample ours = result.samples().get(i);
            assertThat(ours.row()).isEqualTo(theirs.path("doc_id").asInt());
            for (int j = 0; j < ours.answers().size() && !name.equals("written"); j++) {
                assertThat((Double) ours.answers().get(j))
                        .as("question %d, answer %d", i, j)
                        .isCloseTo(
                                theirs.path("resps").get(j).asDouble(),
                                within(FLOAT32
                                        * Math.max(
                                                1,
                                                Math.abs((Double) ours.answers().get(j)) / 10)));
            }
            theirs.path("values").propertyStream().forEach(entry -> {
                if (entry.getValue().isNumber()) {
                    String key = name.equals("written") ? entry.getKey() + ",number" : entry.getKey();
                    assertThat(Objects.requireNonNull(ours.values().get(key)).value())
                            .as(key)
                            .isCloseTo(entry.getValue().asDouble(), within(0.01));
                }
            });
        }
        for (TaskResult.Figure figure : result.figures()) {
            String key = figure.name().contains(",") ? figure.name() : figure.name() + ",none";
            double theirs = expected.path(name).path("figures").path(key).asDouble(Double.NaN);
            assertThat(figure.value()).as(key).isCloseTo(theirs, within(1e-3 * Math.max(1, Math.abs(theirs))));
        }
    }

    @Test
    void writesWhatTheHarnessWrites() throws IOException {
        var settings = Evaluation.Settings.standard().withFolders(List.of(FIXTURES));
        TaskResult result = new Evaluation(model, settings).run(task("written"), Evaluation.Progress.silent());

        JsonNode samples = expected.path("written").path("samples");
        for (int i = 0; i < samples.size(); i++) {
            assertThat(result.samples().get(i).answers().getFirst())
                    .isEqualTo(samples.get(i).path("resps").get(0).asString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"letters", "drawn", "contexts", "written"})
    void promptsAreTheHarnesssOwn(String name) throws IOException {
        EvaluationTask task = task(name);
        List<TaskRow> asked = task.data().rows(task.splits().asked(), List.of(FIXTURES), name);
        boolean same = task.splits().asked().equals(task.splits().shown());
        List<TaskRow> shown = same || task.shots() == 0
                ? asked
                : task.data().rows(task.splits().shown(), List.of(FIXTURES), name);
        var prompts = new Prompts(task, shown, same, 1234, null);

        JsonNode samples = expected.path(name).path("samples");
        for (int i = 0; i < asked.size(); i++) {
            List<String> contexts = prompts.contexts(asked.get(i));
            List<String> theirs = new ArrayList<>();
            samples.get(i).path("prompts").forEach(prompt -> theirs.add(prompt.asString()));
            assertThat(contexts.getFirst()).isEqualTo(theirs.getFirst());
            if (contexts.size() > 1) {
                assertThat(contexts).isEqualTo(theirs);
            }
        }
    }
}
