package dev.mokha.language.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The tiny Llama in double precision and what TRL computes with it, as `fixtures/alignment/make.py` writes it.
final class GoldenAlignment {
    /// Both sides compute in double precision; what is left is the order of sums.
    private static final double TOLERANCE = 1e-6;

    private static final Path FIXTURES = Path.of(System.getProperty("mokha.root", ".."), "fixtures");

    private GoldenAlignment() {}

    static JsonNode expected() {
        try {
            return JsonMapper.shared().readTree(Files.readString(FIXTURES.resolve("alignment/expected.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Decoder model() {
        return ModelFolder.open(FIXTURES.resolve("decoders/llama3/model"))
                .decoder(Loading.forTraining(Device.CPU).as(DType.FLOAT64));
    }

    /// Compares a loss, and its gradient with respect to the last norm's weight.
    static void requireEqual(Tensor loss, Decoder model, JsonNode wanted) {
        assertThat(loss.item()).isCloseTo(wanted.get("loss").asDouble(), within(TOLERANCE));
        loss.backward();
        double[] gradient = Objects.requireNonNull(
                        model.params().get("model.norm.weight").grad())
                .toDoubles();
        assertThat(gradient).containsExactly(numbers(wanted.get("gradient")), within(TOLERANCE));
    }

    static int[] ids(JsonNode row) {
        return IntStream.range(0, row.size()).map(i -> row.get(i).asInt()).toArray();
    }

    static double[] numbers(JsonNode row) {
        return IntStream.range(0, row.size())
                .mapToDouble(i -> row.get(i).asDouble())
                .toArray();
    }
}
