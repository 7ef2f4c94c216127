package dev.mokha.language.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.folder.EncoderCall;
import dev.mokha.language.folder.EncoderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.nn.Int8;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Every family and head with its layers in 8-bit integers, against the same folder in float32.
final class Int8EncoderTest {
    static final List<String> CASES = GoldenEncoder.CASES;

    /// Root mean square difference over root mean square: rounding to 127 levels errs by some 0.5 % a product
    /// on these tiny widths, a few layers of which make a few per cent.
    private static final double RELATIVE = 0.08;

    private static final Loading NARROW = Loading.forUse(Device.CPU).quantized(Int8.dynamic());

    @ParameterizedTest
    @FieldSource("CASES")
    void outputsAreNearThoseOfFloat32(String name) {
        var golden = new GoldenEncoder(name);
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var model = golden.folder().model(NARROW)) {
            Map<String, Tensor> expected = golden.expected();
            String key = expected.keySet().stream()
                    .filter(k -> k.matches("(?!sparse|seq).*logits"))
                    .sorted()
                    .findFirst()
                    .orElse("logits");
            Tensor wanted = Objects.requireNonNull(expected.get(key), key);
            Tensor found = Objects.requireNonNull(
                    EncoderCall.of(expected).run(model, false).get(key), key);
            boolean padded = found.count() != wanted.count();
            if (!padded && wanted.rank() < 3) { // one answer a text: nothing of padding is in it
                Tensor difference = found.reshape(wanted.shape()).sub(wanted);
                double error = Math.sqrt(difference.mul(difference).mean().item()
                        / wanted.mul(wanted).mean().item());
                assertThat(error).isBetween(1e-6, RELATIVE);
            }
            assertThat(model.params().quantized()).hasSizeGreaterThan(2);
            assertThat(model.params().quantized().keySet()).allMatch(path -> path.matches(".*layers?\\.\\d+\\..*"));
            assertThat(model.params().named().keySet())
                    .noneMatch(path -> path.matches(
                            ".*layers?\\.\\d+\\..*(query|key|value|dense|Wqkv|Wi|Wo|lin\\d?)" + "\\.weight"));
        }
    }

    @Test
    void aQuantisedModelIsNotWritten(@TempDir Path temporary) {
        var folder = new GoldenEncoder("bert/single-label").folder();
        try (var model = folder.model(NARROW)) {
            Path target = temporary.resolve("written");
            assertThatThrownBy(() -> FolderWriter.write(target, model, EncoderParts.none(), DType.FLOAT32))
                    .hasMessageContaining("cannot be saved");
            assertThat(target).doesNotExist();
        }
    }

    @Test
    void aTextAloneGivesWhatItGivesInABatch() {
        var folder = new GoldenEncoder("bert/single-label").folder();
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var model = folder.featurizer(NARROW)) {
            var first = Sequence.of(new int[] {2, 5, 6, 3});
            var second = Sequence.of(new int[] {2, 9, 8, 7, 6, 5, 3});
            var both = EncoderBatch.packed(List.of(first, second));
            var alone = EncoderBatch.packed(List.of(first));
            float[] beside = both.firsts(model.forward(both))
                    .narrow(0, 0, 1)
                    .contiguous()
                    .toFloats();
            float[] single = alone.firsts(model.forward(alone)).toFloats();
            for (int i = 0; i < single.length; i++) {
                assertThat(beside[i]).isCloseTo(single[i], within(2e-2f));
            }
        }
    }
}
