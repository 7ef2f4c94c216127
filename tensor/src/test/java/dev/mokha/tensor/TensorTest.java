package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What a tensor says about itself, values out, gradients, and the life of its memory.
class TensorTest {
    @Test
    void aTensorKnowsItsShapeTypeAndPlace() {
        try (var _ = Scope.open("test")) {
            Tensor x = Tensors.zeros(DType.BFLOAT16, Device.CPU, 2, 1, 3);
            assertThat(x.shape()).containsExactly(2, 1, 3);
            assertThat(x.size(-1)).isEqualTo(3);
            assertThat(x.rank()).isEqualTo(3);
            assertThat(x.count()).isEqualTo(6);
            assertThat(x.dtype()).isEqualTo(DType.BFLOAT16);
            assertThat(x.device()).isEqualTo(Device.CPU);
            assertThat(x.isContiguous()).isTrue();
            assertThat(x.transpose(0, 2).isContiguous()).isFalse();
            assertThat(x).hasToString("bfloat16 [2, 1, 3] on cpu");
        }
    }

    @Test
    void valuesComeOutInOrderWhateverTheStridesAndTheType() {
        try (var _ = Scope.open("test")) {
            Tensor x = Tensors.of(new float[] {1, 2, 3, 4}, 2, 2).transpose(0, 1);
            assertThat(x.toFloats()).containsExactly(1, 3, 2, 4);
            assertThat(x.toDoubles()).containsExactly(1, 3, 2, 4);
            assertThat(x.toLongs()).containsExactly(1, 3, 2, 4);
            assertThat(Tensors.zeros(0, 3).toFloats()).isEmpty();
            long large = (1L << 53) + 1; // no float64
            assertThat(Tensors.of(new long[] {large}, 1).toLongs()).containsExactly(large);
            assertThat(Tensors.of(new long[] {large}, 1, 1).itemLong()).isEqualTo(large);
            assertThat(Tensors.scalar(0.1, DType.FLOAT64).item()).isEqualTo(0.1);
        }
    }

    @Test
    void valuesOutLeaveNothingBehind() {
        try (var _ = Scope.open("test")) {
            Tensor x = Tensors.ones(3).requiresGrad(true);
            long before = Engine.liveHandles();
            x.toFloats();
            assertThat(Engine.liveHandles()).isLessThanOrEqualTo(before);
        }
    }

    @Test
    void anItemOfSeveralIsRefused() {
        try (var _ = Scope.open("test")) {
            Tensor x = Tensors.ones(2);
            assertThatThrownBy(x::item)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("float32 [2] on cpu");
            assertThatThrownBy(x::itemLong).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anArrayOfAnotherSizeThanTheShapeIsRefused() {
        try (var _ = Scope.open("test")) {
            assertThatThrownBy(() -> Tensors.of(new float[3], 2, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("shape [2, 2] has 4 elements, the array 3");
            assertThatThrownBy(() -> Tensors.of(new float[2], 2, -1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Tensors.of(new float[2], -1, -2)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shapesThatDoNotFitAreNamed() {
        try (var _ = Scope.open("test")) {
            assertThatThrownBy(() -> Tensors.ones(2, 3).matmul(Tensors.ones(2, 3)))
                    .isInstanceOf(RuntimeException.class)
                    .hasMessageContaining("2x3 and 2x3");
            assertThatThrownBy(() -> Tensors.ones(2).add(Tensors.ones(3))).hasMessageContaining("size of tensor a (2)");
        }
    }

    @Test
    void viewsShareElementsAndCopiesDoNot() {
        try (var _ = Scope.open("test")) {
            Tensor x = Tensors.zeros(2, 2);
            Tensor copy = x.copy();
            x.select(0, 1).fillInPlace(5);
            assertThat(x.toFloats()).containsExactly(0, 0, 5, 5);
            assertThat(copy.toFloats()).containsExactly(0, 0, 0, 0);
            assertThatThrownBy(() -> x.transpose(0, 1).view(4)).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void gradientsAddUpUntilTheyAreCleared() {
        try (var _ = Scope.open("test")) {
            Tensor w = Tensors.of(new double[] {1, 2}, 2).requiresGrad(true);
            assertThat(w.requiresGrad()).isTrue();
            assertThat(w.grad()).isNull();
            w.square().sum().backward();
            w.square().sum().backward();
            assertThat(Objects.requireNonNull(w.grad()).toDoubles()).containsExactly(4, 8);
            w.clearGrad();
            assertThat(w.grad()).isNull();
            w.mul(3).backward(Tensors.of(new double[] {10, 1}, 2));
            assertThat(Objects.requireNonNull(w.grad()).toDoubles()).containsExactly(30, 3);
            assertThat(w.detach().requiresGrad()).isFalse();
            assertThat(w.requiresGrad(false).requiresGrad()).isFalse();
        }
    }

    @Test
    void inPlaceOperationsOnALeafAreNotRecorded() {
        try (var _ = Scope.open("test")) {
            Tensor w = Tensors.of(new double[] {1, 2}, 2).requiresGrad(true);
            w.addInPlace(w, 1).mulInPlace(2).fillInPlace(3);
            w.square().sum().backward();
            assertThat(Objects.requireNonNull(w.grad()).toDoubles()).containsExactly(6, 6);
        }
    }

    @Test
    void aClosedTensorSaysSo() {
        try (var _ = Scope.open("test")) {
            Tensor x = Tensors.ones(2);
            x.close();
            x.close();
            assertThat(x.isClosed()).isTrue();
            assertThat(x).hasToString("closed tensor");
            assertThatThrownBy(x::shape)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a tensor was used after it was closed");
            assertThatThrownBy(() -> Tensors.ones(2).add(x)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void retainedOnceIsFreedByOneClose() {
        Engine.start();
        long before = Engine.liveHandles();
        Tensor x;
        try (var _ = Scope.open("test")) {
            x = Tensors.ones(2).retain();
        }
        assertThat(x.toFloats()).containsExactly(1, 1);
        x.close();
        assertThat(Engine.liveHandles()).isLessThanOrEqualTo(before);
    }
}
