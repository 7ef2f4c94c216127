package dev.mokha.serve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.serve.adapter.AdapterToy;
import dev.mokha.serve.encode.EncodeOptions;
import dev.mokha.serve.encode.Encoders;
import dev.mokha.serve.encode.ToyEncoders;
import dev.mokha.serve.engine.Router;
import dev.mokha.serve.engine.Toy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class AdapterRoutesTest {
    @TempDir
    static Path folder;

    private ServedToy toy;

    @BeforeAll
    static void write() {
        Path model = Toy.write(folder.resolve("model"), 0.3);
        AdapterToy.write(model, folder.resolve("root/law"), AdapterToy.lora(4), 1);
        AdapterToy.write(model, folder.resolve("root/team/code"), AdapterToy.lora(8), 2);
        AdapterToy.write(model, folder.resolve("outside"), AdapterToy.lora(4), 3);
    }

    @BeforeEach
    void start() {
        toy = ServedToy.start(
                folder.resolve("model"), ServedToy.exact(), options -> options.withAdapterRoot(folder.resolve("root")));
    }

    @AfterEach
    void stop() {
        toy.close();
    }

    private Client.Reply load(String name, Object path) {
        return toy.client().post("/v1/load_lora_adapter", "{'lora_name': '" + name + "', 'lora_path': '" + path + "'}");
    }

    private Client.Reply unload(String name) {
        return toy.client().post("/v1/unload_lora_adapter", "{'lora_name': '" + name + "'}");
    }

    private Client.Reply complete(String model) {
        return toy.client().complete("'model': '" + model + "', 'temperature': 0, 'max_tokens': 20");
    }

    private static String text(Client.Reply reply) {
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(200);
        return reply.json().path("choices").path(0).path("text").asString();
    }

    @Test
    void anEncodersNameIsTaken() {
        try (var encoders = Encoders.open(ToyEncoders.write(folder.resolve("encoders")), EncodeOptions.DEFAULT)) {
            String taken = encoders.all().getFirst().name();
            var served = new Served(toy.engine(), Router.STRAIGHT, encoders);
            var options = HttpOptions.local(0, "toy").withAdapterRoot(folder.resolve("root"));
            try (var server = HttpServer.start(served, options)) {
                var reply = Client.of(server)
                        .post("/v1/load_lora_adapter", "{'lora_name': '" + taken + "', 'lora_path': 'law'}");
                assertThat(reply.status()).isEqualTo(400);
                assertThat(reply.error("param")).isEqualTo("lora_name");
                assertThat(reply.error("message")).contains(taken).contains("encoder");
            }
            toy.engine().adapters().load(taken, folder.resolve("root/law"));
            assertThatThrownBy(() -> HttpServer.start(served, options))
                    .hasMessageContaining("an adapter and an encoder are both called " + taken);
        }
    }

    @Test
    void anAdapterIsAModelUntilItIsUnloaded() {
        String base = text(complete("toy"));
        assertThat(complete("law").error("code")).isEqualTo("model_not_found");
        var loaded = load("law", "law");
        assertThat(loaded.status()).isEqualTo(200);
        assertThat(loaded.response().body()).isEqualTo("Success: LoRA adapter 'law' added successfully.");
        assertThat(load("code", folder.resolve("root/team/code")).status()).isEqualTo(200);

        JsonNode models = toy.client().get("/v1/models").json().path("data");
        assertThat(models.valueStream().map(one -> one.path("id").asString())).containsExactly("toy", "law", "code");
        assertThat(models.path(0).has("parent")).isFalse();
        assertThat(models.path(1).path("parent").asString()).isEqualTo("toy");
        assertThat(toy.client().get("/v1/models/law").json()).isEqualTo(models.path(1));

        var answered = complete("law");
        assertThat(text(answered)).isNotEqualTo(base);
        assertThat(answered.json().path("model").asString()).isEqualTo("law");
        assertThat(text(complete("code"))).isNotEqualTo(text(answered)).isNotEqualTo(base);
        assertThat(text(complete("toy"))).isEqualTo(base);
        var streamed = toy.client().chat("'model': 'law', 'stream': true, 'max_tokens': 3");
        assertThat(streamed.events())
                .allSatisfy(event -> assertThat(event.path("model").asString()).isEqualTo("law"));

        assertThat(unload("law").response().body()).isEqualTo("Success: LoRA adapter 'law' removed successfully.");
        var gone = complete("law");
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.error("message")).contains("`law`").contains("toy, code");
        assertThat(toy.client().get("/v1/models/law").status()).isEqualTo(404);
        var again = unload("law");
        assertThat(again.status()).isEqualTo(404);
        assertThat(again.error("code")).isEqualTo("adapter_not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "law/../../outside", "/etc", "OUTSIDE", "link", "linked"})
    void onlyWhatLiesBelowTheRootIsLoaded(String path) throws IOException {
        Path root = folder.resolve("root");
        if (path.equals("link")) {
            Files.deleteIfExists(root.resolve("link"));
            Files.createSymbolicLink(root.resolve("link"), folder.resolve("outside"));
        } else if (path.equals("linked")) {
            Path linked = Files.createDirectories(root.resolve("linked"));
            for (String file : new String[] {"adapter_config.json", "adapter_model.safetensors"}) {
                Files.deleteIfExists(linked.resolve(file));
                Files.createSymbolicLink(
                        linked.resolve(file), folder.resolve("outside").resolve(file));
            }
        }
        var refused = load("x", path.equals("OUTSIDE") ? folder.resolve("outside") : path);
        assertThat(refused.status()).as(refused.response().body()).isEqualTo(403);
        assertThat(refused.error("code")).isEqualTo("outside_root");
        assertThat(refused.error("message")).contains("--adapter-root");
        assertThat(toy.engine().adapters().list()).isEmpty();
    }

    @Test
    void whatCannotBeLoadedIsNamed() throws IOException {
        assertThat(load("x", "nowhere").status()).isEqualTo(404);
        assertThat(load("x", "nowhere").error("param")).isEqualTo("lora_path");
        assertThat(load("toy", "law").error("param")).isEqualTo("lora_name");
        assertThat(toy.client()
                        .post("/v1/load_lora_adapter", "{'lora_name': 'x'}")
                        .error("param"))
                .isEqualTo("lora_path");
        assertThat(toy.client()
                        .post("/v1/load_lora_adapter", "{'lora_name': 'x', 'lora_path': 'law', 'rank': 3}")
                        .error("param"))
                .isEqualTo("rank");
        assertThat(load("law", "law").status()).isEqualTo(200);
        var twice = load("law", "law");
        assertThat(twice.status()).isEqualTo(400);
        assertThat(twice.error("message")).contains("already");
        Path bad = Files.createDirectories(folder.resolve("root/bad"));
        Files.writeString(bad.resolve("adapter_config.json"), "{");
        assertThat(load("bad", "bad").error("code")).isEqualTo("adapter_refused");
        assertThat(toy.client().get("/v1/load_lora_adapter").status()).isEqualTo(405);
    }

    @Test
    void withoutARootNobodyLoadsOrUnloads() {
        try (var plain = ServedToy.start(folder.resolve("model"))) {
            plain.engine().adapters().load("law", folder.resolve("root/law"));
            for (String path : new String[] {"/v1/load_lora_adapter", "/v1/unload_lora_adapter"}) {
                var refused = plain.client().post(path, "{'lora_name': 'law', 'lora_path': 'law'}");
                assertThat(refused.status()).isEqualTo(403);
                assertThat(refused.error("message")).contains("--adapter-root");
            }
            assertThat(plain.engine().adapters().list()).hasSize(1);
        }
    }

    @Test
    void figuresNameTheAdapters() {
        load("law", "law");
        text(complete("law"));
        assertThat(toy.becomesIdle()).isTrue();
        String idle = toy.client().get("/metrics").response().body();
        assertThat(idle)
                .contains(
                        "vllm:lora_requests_info{max_lora=\"16\",running_lora_adapters=\"\",waiting_lora_adapters=\"\"}")
                .contains("mokha_adapter_requests{adapter=\"law\",state=\"running\"} 0.0")
                .containsPattern("mokha_adapter_memory_bytes [1-9]");
        unload("law");
        assertThat(toy.client().get("/metrics").response().body())
                .doesNotContain("adapter=\"law\"")
                .contains("mokha_adapter_memory_bytes 0.0");
    }
}
