package dev.mokha.nn;

import static dev.mokha.nn.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.tensor.Device;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the blocks of `docs/nn.md`, and sees to it that they are regions of this file.
class NnDocTest {
    // region layer
    /// A gated feed-forward block with a residual: `x + down(silu(gate(x)) · up(x))`.
    record GatedBlock(Projection gate, Projection up, Projection down, Tap gated) {
        GatedBlock(Params params, long hidden, long inner) {
            this(
                    params.linear("gate_proj", hidden, inner, Bias.WITHOUT),
                    params.linear("up_proj", hidden, inner, Bias.WITHOUT),
                    params.linear("down_proj", inner, hidden, Bias.WITHOUT),
                    params.tap("gated"));
        }

        /// @param x `[batch, time, hidden]`
        /// @return `[batch, time, hidden]`
        Tensor forward(Tensor x) {
            Tensor open = Activation.SILU.apply(gate.forward(x)).mul(up.forward(x)); // [batch, time, inner]
            return x.add(down.forward(gated.pass(open)));
        }
    }
    // endregion

    @Test
    void theBlocksOfThePageWork(@TempDir Path folder) {
        Path file = folder.resolve("model.safetensors");
        try (var _ = Scope.open("test")) {
            // region params
            try (var params = Params.fresh(42)) {
                var block = new GatedBlock(params.at("layers").at(0), 8, 16);
                params.finish();
                Safetensors.write(file, params.named(), Map.of());
                params.freeze("up_proj"); // trainable() is what an optimiser gets
                // endregion
                assertThat(params.trainable()).hasSize(2);
                Tensor x = Tensors.ones(1, 2, 8);
                probe(block, x);
                loadedEquals(file, x, block.forward(x));
                adaptedEquals(file, folder, x, block.forward(x));
            }
        }
    }

    private static void loadedEquals(Path file, Tensor x, Tensor expected) {
        // region load
        try (var params = Params.from(Safetensors.open(file), Loading.forUse(Device.CPU))) {
            var block = new GatedBlock(params.at("layers").at(0), 8, 16);
            params.finish();
            Tensor y = block.forward(x);
            // endregion
            assertThat(y.toFloats()).containsExactly(expected.toFloats());
        }
    }

    private static void probe(GatedBlock block, Tensor x) {
        // region probe
        var seen = new LinkedHashMap<String, Tensor>();
        Tensor y = Probe.reading(name -> name.endsWith(".gated"), seen::put).during(() -> block.forward(x));
        Tensor without = Probe.replacing("layers.0.gated"::equals, (_, value) -> value.mul(0))
                .during(() -> block.forward(x));
        // endregion
        assertThat(seen).containsOnlyKeys("layers.0.gated");
        assertThat(y.toFloats()).isNotEqualTo(x.toFloats());
        assertThat(without.toFloats()).containsExactly(x.toFloats());
    }

    private static void adaptedEquals(Path file, Path folder, Tensor x, Tensor expected) {
        // region lora
        try (var params = Params.from(Safetensors.open(file), Loading.forTraining(Device.CPU))) {
            params.adapt(LoRA.on("gate_proj|up_proj", 4, 8, 0.05));
            var block = new GatedBlock(params.at("layers").at(0), 8, 16);
            params.finish();
            Tensor y = block.forward(x); // trainable() has the adapters alone
            PeftFolder.write(folder, params, "base", "CAUSAL_LM"); // PEFT in Python opens it
            params.adapters().merge(); // one product a projection; unmerge() restores the base exactly
            // endregion
            assertClose(y, expected, 1e-6); // float32 rounding
            assertThat(params.trainable()).hasSize(4);
        }
    }

    @Test
    void everyBlockOfThePageIsARegionOfThisFile() throws IOException {
        Path root = Path.of(System.getProperty("mokha.root"));
        String page = Files.readString(root.resolve("docs/nn.md"));
        String source = Files.readString(root.resolve("nn/src/test/java/dev/mokha/nn/NnDocTest.java"));
        var blocks = Pattern.compile("<!-- region (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        int found = 0;
        while (blocks.find()) {
            String name = blocks.group(1);
            var region = Pattern.compile("// region " + name + "\n(.*?)// endregion", Pattern.DOTALL)
                    .matcher(source);
            assertThat(region.find()).as("region " + name).isTrue();
            String shown = blocks.group(2).strip();
            String body = region.group(1).stripIndent().strip();
            // A try block is closed on the page; in the test its assertions follow.
            assertThat(shown.equals(body) || shown.equals(body + "\n}"))
                    .as("block '" + name + "' is\n" + shown + "\nregion is\n" + body)
                    .isTrue();
            found++;
        }
        assertThat(found).isEqualTo((int) page.lines().filter("```java"::equals).count());
    }
}
