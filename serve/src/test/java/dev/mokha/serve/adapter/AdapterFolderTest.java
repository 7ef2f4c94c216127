package dev.mokha.serve.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.PeftFolder;
import dev.mokha.serve.engine.Toy;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterFolderTest {
    private static final String FIRST = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";

    @TempDir
    static Path model;

    private static DecoderConfig config;

    @TempDir
    Path folder;

    @BeforeAll
    static void model() {
        config = ModelFolder.open(Toy.write(model, 0.3)).config();
    }

    @BeforeEach
    void adapter() {
        AdapterToy.write(model, folder, AdapterToy.lora(4), 1);
    }

    private AbstractThrowableAssert<?, ? extends Throwable> refused() {
        return assertThatThrownBy(() -> AdapterFolder.open(folder, config).close())
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void config(String from, String to) throws IOException {
        Path file = folder.resolve(PeftFolder.CONFIG);
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    private static LowRank there(Adapter adapter, int layer, Site site) {
        return Objects.requireNonNull(adapter.at(new Spot(layer, site, 0)));
    }

    @Test
    void itsBytesAreKnownBeforeItIsPacked() {
        try (var opened = AdapterFolder.open(folder, config);
                var packed = opened.pack()) {
            long bytes = 0;
            for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
                for (Site site : EnumSet.range(Site.ATTENTION_INPUT, Site.FEED_FORWARD_OUTPUT)) {
                    LowRank lowRank = there(packed, layer, site);
                    bytes += lowRank.down().data().byteSize();
                    for (LowRank.Up up : lowRank.ups()) {
                        bytes += up.matrix().data().byteSize();
                    }
                }
            }
            assertThat(opened.bytes()).isEqualTo(bytes);
            assertThat(packed.rank()).isEqualTo(4);
            assertThat(packed.scale()).isEqualTo(2);
        }
    }

    @Test
    void whatItDoesNotChangeItHasNoMatrixFor() {
        AdapterToy.write(model, folder, LoRA.on("layers\\.1\\.self_attn\\.v_proj", 4, 4, 0), 1);
        try (var opened = AdapterFolder.open(folder, config);
                var packed = opened.pack()) {
            assertThat(packed.at(new Spot(0, Site.ATTENTION_INPUT, 0))).isNull();
            assertThat(packed.at(new Spot(1, Site.FEED_FORWARD_INPUT, 0))).isNull();
            assertThat(there(packed, 1, Site.ATTENTION_INPUT).ups())
                    .singleElement()
                    .satisfies(up -> assertThat(up.projection()).isEqualTo(2));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PeftFolder.CONFIG, PeftFolder.WEIGHTS})
    void aMissingFileIsNamed(String file) throws IOException {
        Files.delete(folder.resolve(file));
        refused().hasMessageContaining(file);
    }

    @ParameterizedTest
    @CsvSource({"7", "60", "2000"})
    void weightsThatWereCutShortAreRefused(int bytes) throws IOException {
        Path weights = folder.resolve(PeftFolder.WEIGHTS);
        byte[] all = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(all, bytes < 2000 ? bytes : all.length - 2000));
        refused().hasMessageContaining(PeftFolder.WEIGHTS);
    }

    @Test
    void anotherRankIsRefused() throws IOException {
        config("\"r\" : 4", "\"r\" : 8");
        refused().hasMessageContaining("r = 8").hasMessageContaining("[4, 64]").hasMessageContaining("[8, 64]");
    }

    @Test
    void anotherShapeIsRefusedByItsName() {
        AdapterToy.change(folder, tensors -> tensors.computeIfPresent(FIRST, (_, a) -> a.slice(1, 0, 32, 1)));
        refused().hasMessageContaining(FIRST).hasMessageContaining("[4, 32]").hasMessageContaining("[4, 64]");
    }

    @Test
    void aMissingTensorIsNamed() {
        AdapterToy.change(folder, tensors -> tensors.remove(FIRST));
        refused().hasMessageContaining(FIRST);
    }

    @Test
    void anAdapterOfAnotherModuleIsRefusedByItsName() {
        AdapterToy.change(folder, tensors -> {
            Tensor a = tensors.get(FIRST);
            tensors.put("base_model.model.lm_head.lora_A.weight", a);
        });
        refused().hasMessageContaining("base_model.model.lm_head.lora_A.weight").hasMessageContaining("down_proj");
    }

    @Test
    void anAdapterOfMoreLayersIsRefused() {
        AdapterToy.change(folder, tensors -> tensors.put(FIRST.replace("layers.0", "layers.2"), tensors.get(FIRST)));
        refused().hasMessageContaining("layers.2").hasMessageContaining("2 layers");
    }

    @Test
    void targetsThatTheModelHasNotAreRefused() {
        AdapterToy.write(model, folder, LoRA.on("q_proj", 4, 4, 0), 1);
        AdapterToy.change(folder, tensors -> tensors.keySet().retainAll(Set.of(FIRST)));
        assertThatThrownBy(() -> {
                    config("q_proj", "query");
                    AdapterFolder.open(folder, config).close();
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(FIRST);
    }

    @Test
    void wholeNumbersAreRefused() {
        AdapterToy.store(folder, DType.INT32);
        refused().hasMessageContaining("INT32").hasMessageContaining("float16");
    }

    @Test
    void doraIsRefusedWithAWayOut() {
        AdapterToy.write(model, folder, AdapterToy.lora(4).withDora(), 1);
        refused().hasMessageContaining("DoRA").hasMessageContaining("merged");
    }

    @Test
    void whatPeftCanAndThisCannotIsRefused() throws IOException {
        config("\"bias\" : \"none\"", "\"bias\" : \"all\"");
        refused().hasMessageContaining("bias");
    }

    @Test
    void typesThatDifferArePackedAsFloat32() {
        AdapterToy.change(folder, tensors -> tensors.computeIfPresent(FIRST, (_, a) -> a.to(DType.BFLOAT16)));
        try (var opened = AdapterFolder.open(folder, config);
                var packed = opened.pack()) {
            assertThat(there(packed, 0, Site.ATTENTION_INPUT).down().type().name())
                    .isEqualTo("F32");
        }
    }
}
