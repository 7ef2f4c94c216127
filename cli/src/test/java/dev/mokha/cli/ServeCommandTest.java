package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mokha.serve.simulate.StepLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

final class ServeCommandTest {
    @TempDir
    private Path folder;

    @Test
    void servesUntilASignalAndFinishesWhatWasBegun() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
        Path model = TinyModel.write(folder.resolve("model"), 64);
        Path keys = Files.writeString(folder.resolve("keys"), "one\n\ntwo\n");
        Path steps = folder.resolve("steps.csv");
        var err = new StringWriter();
        try (var out = new PipedWriter();
                var lines = new BufferedReader(new PipedReader(out))) {
            var code = CompletableFuture.supplyAsync(() -> Main.run(
                    new PrintWriter(out, true),
                    new PrintWriter(err),
                    "serve",
                    model.toString(),
                    "--port",
                    "0",
                    "--threads",
                    "1",
                    "--kv-memory",
                    "4MiB",
                    "--weights",
                    "q8_0",
                    "--step-log",
                    steps.toString(),
                    "--api-key-file",
                    keys.toString()));
            assertThat(lines.readLine()).startsWith("model     model, context 256");
            assertThat(lines.readLine()).startsWith("engine    ").contains("1 threads");
            assertThat(lines.readLine())
                    .startsWith("memory    ")
                    .containsPattern("of weights \\(Q8_0\\), 4.0 MiB of keys and values \\(F16, \\d+ blocks")
                    .contains("beside");
            String address = lines.readLine().replaceFirst("address +", "");
            assertThat(address).matches("http://127\\.0\\.0\\.1:\\d+/v1");
            assertThat(ask(address, "two").statusCode()).isEqualTo(200);
            assertThat(ask(address, "three").statusCode()).isEqualTo(401);
            kill();
            assertThat(code.get(1, TimeUnit.MINUTES)).isZero();
            assertThat(err.toString()).contains("finishing what was begun");
            assertThat(StepLog.read(steps)).hasSizeGreaterThan(2);
        }
    }

    @Test
    void servesByLibtorchAndSaysSo() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
        Path model = TinyModel.write(folder.resolve("model"), 64);
        try (var out = new PipedWriter();
                var lines = new BufferedReader(new PipedReader(out))) {
            String[] command = {"serve", model.toString(), "--port", "0", "--device", "libtorch", "--kv-memory", "4MiB"
            };
            var code = CompletableFuture.supplyAsync(
                    () -> Main.run(new PrintWriter(out, true), new PrintWriter(new StringWriter()), command));
            assertThat(lines.readLine()).startsWith("model     model");
            assertThat(lines.readLine()).startsWith("engine    libtorch on cpu, f32 weights");
            assertThat(lines.readLine()).startsWith("memory    ").contains("keys and values (F32");
            String address = lines.readLine().replaceFirst("address +", "");
            assertThat(ask(address, "").statusCode()).isEqualTo(200);
            kill();
            assertThat(code.get(1, TimeUnit.MINUTES)).isZero();
        }
    }

    /// As a supervisor ends this process.
    private static void kill() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-TERM", "" + ProcessHandle.current().pid())
                .start()
                .waitFor();
    }

    private static HttpResponse<String> ask(String address, String key) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var response = client.send(
                    HttpRequest.newBuilder(URI.create(address + "/completions"))
                            .header("Authorization", "Bearer " + key)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\": \"the cat\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(JsonMapper.shared().readTree(response.body()).isObject()).isTrue();
            return response;
        }
    }

    @Test
    void encodersHaveNamesOfTheirOwn() {
        assertThat(Run.mokha("serve").err()).contains("nothing is served").contains("--encoder NAME=FOLDER");
        assertThat(Run.mokha("serve", "--encoder", "folder").err()).contains("NAME=FOLDER");
        assertThat(Run.mokha("serve", "--encoder", "a=x", "--encoder", "a=y").err())
                .contains("two encoders are called a");
        assertThat(Run.mokha("serve", "--encoder", "a=" + folder.resolve("nowhere"))
                        .code())
                .isEqualTo(1);
    }

    @Test
    void whatCannotBeServedIsRefused() throws IOException {
        assertThat(Run.mokha("serve", folder.resolve("nowhere")).code()).isEqualTo(1);
        assertThat(Run.mokha("serve", folder, "--port", "65536").code()).isEqualTo(2);
        assertThat(Run.mokha("serve", folder, "--threads", "-1").code()).isEqualTo(2);
        Path model = TinyModel.write(folder.resolve("model"), 64);
        var longer = Run.mokha("serve", model, "--port", "0", "--context", "257");
        assertThat(longer.code()).isEqualTo(2);
        assertThat(longer.err()).contains("257").contains("256");
        assertThat(Run.mokha("serve", folder, "--policy", "luck").err())
                .contains("luck")
                .contains("first-come");
        assertThat(Run.mokha("serve", folder, "--adapter", "law").err()).contains("NAME=FOLDER");
        assertThat(Run.mokha("serve", folder, "--adapter", "a=x", "--adapter", "a=y")
                        .err())
                .contains("'a'")
                .contains("taken");
        assertThat(Run.mokha("serve", folder, "--adapter-root", folder.resolve("nowhere"))
                        .code())
                .isEqualTo(2);
        var missing = Run.mokha("serve", model, "--port", "0", "--adapter", "law=" + folder.resolve("law"));
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("law").contains("adapter_config.json");
        Path empty = Files.writeString(folder.resolve("keys"), "\n");
        assertThat(Run.mokha("serve", folder, "--api-key-file", empty).err()).contains("has no key");
        var draft = Run.mokha("serve", model, "--port", "0", "--draft", folder.resolve("nowhere"));
        assertThat(draft.code()).isEqualTo(1);
        assertThat(draft.err()).contains("--draft").contains("nowhere");
        var small = Run.mokha("serve", model, "--port", "0", "--cascade", folder.resolve("nowhere"));
        assertThat(small.code()).isEqualTo(1);
        assertThat(small.err()).contains("--cascade").contains("nowhere");
    }

    @Test
    void devicesThatAreNotThereAndWhatTheyCannotDoAreRefused() {
        assertThat(Run.mokha("serve", folder, "--device", "tpu").err())
                .contains("'tpu'")
                .contains("cuda");
        assertThat(Run.mokha("serve", folder, "--device", "cuda:999").err()).contains("no GPU 999");
        assertThat(Run.mokha("serve", folder, "--device-weights", "bf16").err()).contains("--device cuda");
        assertThat(Run.mokha("serve", folder, "--device-weights", "q4").err()).contains("'q4'");
        Path model = TinyModel.write(folder.resolve("on-a-device"), 64);
        var rounded = Run.mokha("serve", model, "--device", "libtorch", "--weights", "Q8_0");
        assertThat(rounded.code()).isEqualTo(2);
        assertThat(rounded.err()).contains("--weights").contains("--device cpu");
    }

    @ParameterizedTest
    @CsvSource({"512,512", "2GiB,2147483648", "1.5k,1536", "3 MB,3145728", "1t,1099511627776"})
    void amountsOfMemoryAreReadAsPeopleWriteThem(String text, long bytes) {
        assertThat(new ByteCounts().convert(text)).isEqualTo(bytes);
        assertThat(Run.mokha("serve", folder, "--kv-memory", "much").err()).contains("2GiB");
    }
}
