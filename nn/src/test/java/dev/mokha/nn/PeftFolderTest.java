package dev.mokha.nn;

import static dev.mokha.nn.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.tensor.Device;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeftFolderTest {
    private static final double TOLERANCE = 1e-6;

    @TempDir
    private Path folder;

    private record Model(Params params, Projection query, Projection other) implements AutoCloseable {
        static Model of(LoRA lora, long seed) {
            Params params = Params.fresh(seed).adapt(lora);
            Params layer = params.at("model.layers").at(0);
            return new Model(
                    params,
                    layer.at("self_attn").linear("q_proj", 4, 6, Bias.WITH),
                    layer.at("mlp").linear("up_proj", 4, 6, Bias.WITHOUT));
        }

        @Override
        public void close() {
            params.close();
        }
    }

    private static final LoRA LORA = LoRA.on("q_proj|v_proj", 2, 8, 0);

    @Test
    void trainingBeginsAtTheBaseModelAndMovesOnlyTheAdapter() {
        try (var model = Model.of(LORA, 1);
                var rng = new Rng(2);
                var _ = Scope.open("test")) {
            Tensor x = rng.normal(0, 1, 3, 4);
            Tensor base = new Linear(model.query.weight(), model.query.bias()).forward(x);
            assertClose(model.query.forward(x), base, TOLERANCE);
            assertThat(model.params.trainable())
                    .containsOnlyKeys(
                            "model.layers.0.self_attn.q_proj.lora_A.weight",
                            "model.layers.0.self_attn.q_proj.lora_B.weight");
            assertThat(model.other).isInstanceOf(Linear.class);
        }
    }

    @Test
    void mergingChangesNothingThatCanBeSeenAndUnmergingRestoresTheBase() {
        try (var model = Model.of(LORA, 1);
                var rng = new Rng(2);
                var _ = Scope.open("test")) {
            disturb(model.params, rng);
            Tensor x = rng.normal(0, 1, 3, 4);
            float[] base = model.query.weight().toFloats();
            Tensor before = model.query.forward(x);
            Tensor plain = Objects.requireNonNull(model.params.merged().get("model.layers.0.self_attn.q_proj.weight"));
            assertThat(model.params.merged().keySet()).noneMatch(name -> name.contains("lora"));
            model.params.adapters().merge();
            assertClose(model.query.forward(x), before, TOLERANCE);
            assertThat(model.query.weight().toFloats()).isNotEqualTo(base);
            assertThat(model.query.weight().toFloats()).containsExactly(plain.toFloats());
            model.params.adapters().unmerge();
            assertThat(model.query.weight().toFloats()).containsExactly(base);
            assertThat(model.query.forward(x).toFloats()).containsExactly(before.toFloats());
        }
    }

    @Test
    void whatIsWrittenIsReadBackUnderPeftsNames() {
        try (var model = Model.of(LORA, 1);
                var rng = new Rng(2);
                var _ = Scope.open("test")) {
            disturb(model.params, rng);
            PeftFolder.write(folder, model.params, "base/model", "CAUSAL_LM");
            try (var file = Safetensors.open(folder.resolve("adapter_model.safetensors"))) {
                assertThat(file.names())
                        .containsExactlyInAnyOrder(
                                "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight",
                                "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight");
            }
            PeftFolder read = PeftFolder.open(folder);
            assertThat(read.baseModel()).isEqualTo("base/model");
            try (var again = Model.of(read.lora(), 1)) {
                Tensor x = rng.normal(0, 1, 3, 4);
                assertThat(again.query.forward(x).toFloats())
                        .isNotEqualTo(model.query.forward(x).toFloats());
                read.into(again.params);
                assertThat(again.query.forward(x).toFloats())
                        .containsExactly(model.query.forward(x).toFloats());
            }
        }
    }

    @Test
    void aFolderThatPeftWroteGivesPeftsOutput() {
        Path fixture = Path.of(System.getProperty("mokha.root"), "fixtures", "lora");
        PeftFolder peft = PeftFolder.open(fixture);
        try (var expected = Safetensors.open(fixture.resolve("expected.safetensors"));
                var _ = Scope.open("test");
                var params = Params.from(
                                Safetensors.open(fixture.resolve("base.safetensors")), Loading.forTraining(Device.CPU))
                        .adapt(peft.lora())) {
            var layers = new ArrayList<UnaryOperator<Tensor>>();
            for (int i = 0; i < 2; i++) {
                Params at = params.at("layers").at(i).at("self_attn");
                Projection query = at.linear("q_proj", 6, 4, Bias.WITH);
                Projection out = at.linear("o_proj", 4, 6, Bias.WITHOUT);
                layers.add(x -> x.add(out.forward(query.forward(x).tanh())));
            }
            params.finish();
            params.mode(Mode.EVAL);
            peft.into(params);
            Tensor x = expected.tensor("input");
            assertClose(layers.get(1).apply(layers.get(0).apply(x)), expected.tensor("output"), TOLERANCE);
            params.adapters().merge();
            assertClose(layers.get(1).apply(layers.get(0).apply(x)), expected.tensor("output"), TOLERANCE);
        }
    }

    @Test
    void anAdapterForAnotherModelIsOneError() {
        try (var model = Model.of(LORA, 1);
                var other = Model.of(LoRA.on("up_proj", 2, 8, 0), 1);
                var wider = Model.of(LoRA.on("q_proj", 3, 8, 0), 1)) {
            PeftFolder.write(folder, model.params, "base", "CAUSAL_LM");
            PeftFolder read = PeftFolder.open(folder);
            assertThatThrownBy(() -> read.into(other.params))
                    .hasMessageContaining("2 missing")
                    .hasMessageContaining("mlp.up_proj.lora_A.weight")
                    .hasMessageContaining("2 unused");
            assertThatThrownBy(() -> read.into(wider.params))
                    .hasMessageContaining("wants [3, 4]")
                    .hasMessageContaining("has [2, 4]");
        }
    }

    @Test
    void whatIsNotSupportedIsSaidByName() throws IOException {
        Path config = folder.resolve("adapter_config.json");
        Files.writeString(config, "{\"peft_type\": \"LORA\", \"use_qalora\": true}");
        assertThatThrownBy(() -> PeftFolder.open(folder)).hasMessageContaining("use_qalora");
        Files.writeString(config, "{\"peft_type\": \"IA3\"}");
        assertThatThrownBy(() -> PeftFolder.open(folder)).hasMessageContaining("'IA3'");
        Files.writeString(config, "{\"peft_type\": \"LORA\", \"r\": 0, \"target_modules\": [\"q_proj\"]}");
        assertThatThrownBy(() -> PeftFolder.open(folder)).hasMessageContaining("rank of at least 1");
        Files.writeString(config, "{ no json");
        assertThatThrownBy(() -> PeftFolder.open(folder)).hasMessageContaining("adapter_config.json cannot be read");
        Files.delete(config);
        assertThatThrownBy(() -> PeftFolder.open(folder))
                .hasMessageContaining("is no adapter folder: it has no adapter_config.json");
    }

    @Test
    void targetsMatchWholeStepsOfThePath() {
        assertThat(LORA.covers("model.layers.0.self_attn.q_proj")).isTrue();
        assertThat(LORA.covers("q_proj")).isTrue();
        assertThat(LORA.covers("model.my_q_proj")).isFalse();
        assertThat(LORA.covers("model.q_proj.inner")).isFalse();
        assertThat(LoRA.on("layers\\.0\\.self_attn\\.q_proj", 1, 1, 0).covers("model.layers.0.self_attn.q_proj"))
                .isTrue();
        assertThatThrownBy(() -> LoRA.on("q_proj|(", 1, 1, 0)).hasMessageContaining("'q_proj|('");
    }

    private static void disturb(Params params, Rng rng) {
        params.trainable().values().forEach(tensor -> tensor.addInPlace(rng.normal(0, 1, tensor.shape()), 1));
    }
}
