package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.mokha.serve.schedule.LinearCost;
import dev.mokha.serve.schedule.StepShape;
import dev.mokha.serve.simulate.StepLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SimulateCommandTest {
    private static final String HEADING = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

    @TempDir
    private Path folder;

    private static JsonNode json(Run run) {
        assertThat(run.code()).as(run.err()).isZero();
        return JsonMapper.shared().readTree(run.out());
    }

    @Test
    void policiesAndRatesStandSideBySide() {
        Run run = Run.mokha(
                "simulate",
                "--rate",
                "0.1,0.4",
                "--requests",
                40,
                "--policy",
                "first-come,fair",
                "--tenants",
                2,
                "--ttft",
                5000,
                "--tpot",
                500);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out().lines().filter(line -> line.startsWith("first-come")))
                .hasSize(2 + 4);
        assertThat(run.out().lines().filter(line -> line.startsWith("fair"))).hasSize(2 + 4);
        assertThat(run.out()).contains("tenant0", "tenant1");
    }

    @Test
    void aTraceIsReplayedAtAnySpeed() throws IOException {
        Path trace = folder.resolve("trace.csv");
        Files.writeString(trace, HEADING + "2023-11-16 18:15:46.5,100,10\n2023-11-16 18:15:56.5,200,20\n");
        JsonNode json = json(Run.mokha("simulate", "--trace", trace, "--speed", "1,2", "--json"));
        assertThat(json.path("runs").size()).isEqualTo(2);
        JsonNode first = json.path("runs").get(0);
        assertThat(first.path("finished").intValue()).isEqualTo(2);
        assertThat(first.path("rate").doubleValue()).isEqualTo(0.2);
        assertThat(json.path("runs").get(1).path("rate").doubleValue()).isEqualTo(0.4);
        assertThat(first.path("ttft").path("p50").doubleValue()).isPositive();
    }

    @Test
    void costsAreFittedToMeasuredStepsOrGiven() throws IOException {
        Path steps = folder.resolve("steps.csv");
        Files.writeString(steps, """
            prefill_tokens,prefill_context,decode_tokens,decode_context,nanos
            10,0,0,0,200
            20,0,0,0,300
            0,0,1,0,150
            0,0,2,0,200
            """);
        JsonNode fitted = json(Run.mokha("simulate", "--requests", 5, "--cost", steps, "--json"));
        assertThat(fitted.path("cost").path("fixed").doubleValue()).isBetween(99.9, 100.1);
        assertThat(fitted.path("cost").path("prefill_token").doubleValue()).isBetween(9.99, 10.01);
        Path given = folder.resolve("cost.json");
        Files.writeString(given, fitted.path("cost").toString());
        JsonNode again = json(Run.mokha("simulate", "--requests", 5, "--cost", given, "--json"));
        assertThat(again).isEqualTo(fitted);
        Files.writeString(given, "{}");
        assertThat(Run.mokha("simulate", "--cost", given).err()).contains("has no number 'fixed'");
    }

    @Test
    void aServersStepLogGivesBackWhatItsStepsCost() throws IOException {
        var cost = new LinearCost(4e6, 250_000, 40, 900_000, 300);
        Path log = folder.resolve("steps.csv");
        try (var steps = StepLog.write(log)) {
            for (int i = 0; i < 60; i++) {
                var shape = new StepShape(37 * i % 300, 5000L * (i % 7), i % 9, 700L * (i % 9) + 90L * (i % 4));
                steps.step(shape, cost.nanos(shape));
            }
        }
        JsonNode fitted = json(Run.mokha("simulate", "--requests", 5, "--fit", log, "--json"));
        assertThat(fitted.path("cost").path("fixed").doubleValue()).isCloseTo(4e6, withinPercentage(0.1));
        assertThat(fitted.path("cost").path("prefill_token").doubleValue()).isCloseTo(250_000, withinPercentage(0.1));
        assertThat(fitted.path("cost").path("prefill_context").doubleValue()).isCloseTo(40, withinPercentage(0.1));
        assertThat(fitted.path("cost").path("decode_token").doubleValue()).isCloseTo(900_000, withinPercentage(0.1));
        assertThat(fitted.path("cost").path("decode_context").doubleValue()).isCloseTo(300, withinPercentage(0.1));
        assertThat(fitted.path("fit").path("steps").intValue()).isEqualTo(60);
        assertThat(fitted.path("fit").path("mean_relative_error").doubleValue()).isLessThan(1e-4);
        assertThat(Run.mokha("simulate", "--requests", 5, "--fit", log).out())
                .contains("fitted to 60 steps, 0.0 % off");
        assertThat(Run.mokha("simulate", "--fit", log, "--cost", log).code()).isEqualTo(2);
    }

    @Test
    void aPictureIsWritten() throws IOException {
        for (String rates : List.of("0.2", "0.1,0.2")) {
            Path plot = folder.resolve("plot.svg");
            Run run = Run.mokha(
                    "simulate",
                    "--requests",
                    20,
                    "--rate",
                    rates,
                    "--policy",
                    "first-come,shortest," + "priority,deadline,deadline-drop",
                    "--plot",
                    plot);
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(Files.readString(plot).strip())
                    .startsWith("<svg")
                    .endsWith("</svg\n>")
                    .hasSizeGreaterThan(5_000);
        }
    }

    @Test
    void everyOptionReachesTheServer() {
        JsonNode plain = json(Run.mokha("simulate", "--requests", 60, "--rate", "1", "--json"));
        for (List<String> option : List.of(
                List.of("--arrivals", "bursts", "--variation", "4"),
                List.of("--arrivals", "on-off", "--on", "5", "--off", "20"),
                List.of("--prompt", "64-128"),
                List.of("--answer", "5"),
                List.of("--shared", "100"),
                List.of("--urgent", "0.3"),
                List.of("--blocks", "200"),
                List.of("--blocks", "200", "--host-slots", "100"),
                List.of("--blocks", "200", "--reserve", "worst"),
                List.of("--step-tokens", "64"),
                List.of("--sequences", "4"),
                List.of("--chunk", "16"),
                List.of("--pace", "300"),
                List.of("--max-queued", "1"),
                List.of("--max-queued-tokens", "300"),
                List.of("--queue-timeout", "1"),
                List.of("--ttft", "2000"),
                List.of("--tpot", "100"),
                List.of("--drafts", "3", "--acceptance", "0.5"),
                List.of("--seed", "7"))) {
            List<String> all = new ArrayList<>(List.of("simulate", "--requests", "60", "--rate", "1", "--json"));
            all.addAll(option);
            assertThat(json(Run.mokha(all.toArray()))).as("%s", option).isNotEqualTo(plain);
        }
        JsonNode shared = json(Run.mokha("simulate", "--requests", 60, "--shared", 100, "--json"));
        assertThat(json(Run.mokha("simulate", "--requests", 60, "--shared", 100, "--no-sharing", "--json")))
                .isNotEqualTo(shared);
        assertThat(json(Run.mokha("simulate", "--requests", 60, "--max-new-tokens", 5, "--json")))
                .isNotEqualTo(json(Run.mokha("simulate", "--requests", 60, "--json")));
    }

    @Test
    void wrongOptionsSayWhatIsRight() {
        assertThat(Run.mokha("simulate", "--rate", "0"))
                .satisfies(run -> assertThat(run.code()).isEqualTo(2))
                .satisfies(run -> assertThat(run.err()).contains("--rate is above 0"));
        assertThat(Run.mokha("simulate", "--policy", "luck").err()).contains("'luck' is none of first-come, priority");
        assertThat(Run.mokha("simulate", "--prompt", "many").err()).contains("give 512, 64-1024 or lognormal");
        assertThat(Run.mokha("simulate", "--requests", "0").code()).isEqualTo(2);
        assertThat(Run.mokha("simulate", "--trace", folder.resolve("none.csv")))
                .satisfies(run -> assertThat(run.code()).isEqualTo(1))
                .satisfies(run -> assertThat(run.err()).contains("none.csv does not exist"));
    }
}
