package dev.mokha.serve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.serve.adapter.AdapterFolder;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.Kernels;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.Team;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An adapter of PEFT on experts that are one tensor (`fixtures/experts-adapter/make.py`).
class ExpertsAdapterTest {
    private static final Path FIXTURE = Path.of(System.getProperty("mokha.root"), "fixtures/experts-adapter");

    private static float[] floats(JsonNode list) {
        float[] all = new float[list.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = list.get(i).floatValue();
        }
        return all;
    }

    @Test
    void logitsAreThoseOfPeft() throws IOException {
        JsonNode expected = JsonMapper.shared().readTree(Files.readString(FIXTURE.resolve("expected.json")));
        int[] prompt = expected.get("prompt")
                .valueStream()
                .mapToInt(JsonNode::intValue)
                .toArray();
        for (Kernels kernels : PackedDecoderTest.kernels()) {
            try (var team = new Team(2);
                    var weights = new FolderWeights(FIXTURE.resolve("model"));
                    var model = new PackedDecoder(weights, kernels, team, Arithmetic.EXACT, 64, 64);
                    var store = new KeyValueStore(model.config(), KeyValueType.F32, 8);
                    var folder = AdapterFolder.open(FIXTURE.resolve("adapter"), model.config());
                    var adapter = folder.pack()) {
                var slices = List.of(
                        new StepRows.Slice(prompt, 0, new int[] {0, 1}),
                        new StepRows.Slice(prompt, 0, new int[] {2, 3}, adapter));
                int[] wanted = {prompt.length - 1, 2 * prompt.length - 1};
                var logits = model.step(new StepRows(slices, 0, wanted), store);
                assertThat(PackedDecoderTest.logits(model, logits, 0))
                        .containsExactly(floats(expected.get("plain")), within(3e-4f));
                assertThat(PackedDecoderTest.logits(model, logits, 1))
                        .containsExactly(floats(expected.get("logits")), within(3e-4f));
            }
        }
    }
}
