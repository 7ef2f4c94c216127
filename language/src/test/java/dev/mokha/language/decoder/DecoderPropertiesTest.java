package dev.mokha.language.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// What holds for every causal model, on every family's tiny model.
final class DecoderPropertiesTest {
    static final List<String> FAMILIES = Golden.NAMES;

    /// Sums are taken in another order; logits are of size 10.
    private static final double ROUNDING = 3e-5;

    private static final int TIME = 21;

    /// What a test does with a model, ids `[3, 21]` and their logits.
    private interface Body {
        void test(Decoder model, Tensor ids, Tensor logits);
    }

    private static void with(String family, Body body) {
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var rng = new Rng(family.hashCode());
                var model = new Golden(family).forUse()) {
            Tensor ids = rng.integers(3, 64, 3, TIME);
            body.test(model, ids, model.forward(TokenBatch.of(ids)));
        }
    }

    @ParameterizedTest
    @FieldSource("FAMILIES")
    void aFutureTokenNeverChangesThePast(String family) {
        with(family, (model, ids, logits) -> {
            for (int changed : new int[] {1, 9, TIME - 1}) {
                Tensor other = ids.copy();
                other.narrow(1, changed, TIME - changed).copyInPlace(Tensors.scalar(5, DType.INT64));
                Tensor after = model.forward(TokenBatch.of(other));
                assertClose(after.narrow(1, 0, changed), logits.narrow(1, 0, changed));
            }
        });
    }

    @ParameterizedTest
    @FieldSource("FAMILIES")
    void paddingOnEitherSideNeverChangesAKeptPosition(String family) {
        with(family, (model, ids, logits) -> {
            Tensor pads = Tensors.zeros(DType.INT64, Device.CPU, 3, 4);
            Tensor kept = Tensors.full(1, DType.INT64, Device.CPU, 3, TIME);
            Tensor left = model.forward(
                    TokenBatch.of(Tensors.cat(List.of(pads, ids), 1)).masked(Tensors.cat(List.of(pads, kept), 1)));
            Tensor right = model.forward(
                    TokenBatch.of(Tensors.cat(List.of(ids, pads), 1)).masked(Tensors.cat(List.of(kept, pads), 1)));
            assertClose(left.narrow(1, 4, TIME), logits);
            assertClose(right.narrow(1, 0, TIME), logits);
            assertThat(left.isFinite().all()).as("padding stays finite").isTrue();
        });
    }

    @ParameterizedTest
    @FieldSource("FAMILIES")
    void aBatchEqualsItsRowsOneByOne(String family) {
        with(family, (model, ids, logits) -> {
            for (int row = 0; row < 3; row++) {
                assertClose(model.forward(TokenBatch.of(ids.narrow(0, row, 1))), logits.narrow(0, row, 1));
            }
        });
    }

    @ParameterizedTest
    @FieldSource("FAMILIES")
    void decodingWithACacheEqualsTheFullPass(String family) {
        with(family, (model, ids, logits) -> {
            try (var cache = model.cache(3, 2)) { // has to grow
                int at = 0;
                for (int length : new int[] {7, 1, 1, 5, 1, 6}) {
                    Tensor last = model.next(TokenBatch.of(ids.narrow(1, at, length)), cache);
                    at += length;
                    assertClose(last, logits.select(1, at - 1));
                }
                cache.truncate(4);
                assertClose(model.next(TokenBatch.of(ids.narrow(1, 4, 8)), cache), logits.select(1, 11));
            }
        });
    }

    @ParameterizedTest
    @FieldSource("FAMILIES")
    void aCacheOverLeftPaddedRowsEqualsEachRowAlone(String family) {
        with(family, (model, ids, logits) -> {
            Tensor pads = Tensors.zeros(DType.INT64, Device.CPU, 3, 2);
            Tensor padded = Tensors.cat(List.of(pads, ids), 1);
            Tensor mask = padded.ne(0).to(DType.INT64);
            try (var cache = model.cache(3, 64)) {
                model.next(TokenBatch.of(padded.narrow(1, 0, 10)).masked(mask.narrow(1, 0, 10)), cache);
                for (int at = 10; at < 14; at++) {
                    Tensor last =
                            model.next(TokenBatch.of(padded.narrow(1, at, 1)).masked(mask.narrow(1, 0, at + 1)), cache);
                    assertClose(last, logits.select(1, at - 2));
                }
            }
        });
    }

    @ParameterizedTest
    @FieldSource("FAMILIES")
    void packedDocumentsDoNotSeeEachOther(String family) {
        with(family, (model, ids, logits) -> {
            Tensor row =
                    Tensors.cat(List.of(ids.narrow(0, 0, 1), ids.narrow(0, 1, 1).narrow(1, 0, 9)), 1);
            Tensor documents = Tensors.cat(
                    List.of(
                            Tensors.zeros(DType.INT64, Device.CPU, 1, TIME),
                            Tensors.full(1, DType.INT64, Device.CPU, 1, 9)),
                    1);
            Tensor positions = Tensors.cat(
                            List.of(Tensors.range(0, TIME, Device.CPU), Tensors.range(0, 9, Device.CPU)), 0)
                    .unsqueeze(0);
            TokenBatch packed = TokenBatch.of(row).packed(documents);
            for (TokenBatch batch : List.of(packed, packed.at(positions))) {
                Tensor both = model.forward(batch);
                assertClose(both.narrow(1, 0, TIME), logits.narrow(0, 0, 1));
                assertClose(both.narrow(1, TIME, 9), logits.narrow(0, 1, 1).narrow(1, 0, 9));
            }
        });
    }

    private static void assertClose(Tensor actual, Tensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.sub(expected).abs().max().item())
                .as(
                        "largest difference at flat index %s",
                        actual.sub(expected).abs().reshape(-1).argmax(0).itemLong())
                .isLessThan(ROUNDING);
    }
}
