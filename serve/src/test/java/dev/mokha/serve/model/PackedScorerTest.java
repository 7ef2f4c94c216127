package dev.mokha.serve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.corpus.Document;
import dev.mokha.language.evaluate.BitsPerByte;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.Loading;
import dev.mokha.serve.engine.Toy;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.kernel.VectorKernels;
import dev.mokha.tensor.Device;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedScorerTest {
    @TempDir
    Path folder;

    @Test
    void theEngineHoldsTextsToBeAsLikelyAsTheDecoderDoes() {
        Toy.write(folder, 0.2);
        var window = new BitsPerByte.Window(20, 3);
        var documents = List.of(
                new Document("a", "Once upon a time there was a sailor who could not swim, and did not mind."),
                new Document("b", "x"),
                new Document("c", "قهوة المخا"));
        try (var source = ModelSource.open(folder);
                var decoder = source.decoder(Loading.forUse(Device.CPU));
                var weights = WeightSource.of(source);
                var team = new Team(2);
                var model = new PackedDecoder(weights, new VectorKernels(), team, Arithmetic.EXACT, 60, 20);
                var store = new KeyValueStore(source.config(), KeyValueType.F32, 6)) {
            var tokenizer = source.tokenizer();
            var expected = BitsPerByte.of(decoder, tokenizer::encodeIds, 0, documents, window);
            var found = BitsPerByte.of(new PackedScorer(model, store), tokenizer::encodeIds, 0, documents, window);
            assertThat(found.tokens()).isEqualTo(expected.tokens());
            assertThat(found.bytes()).isEqualTo(expected.bytes());
            assertThat(found.value()).isCloseTo(expected.value(), within(1e-5)); // sums in another order
        }
    }
}
