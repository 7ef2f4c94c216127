package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ScopeTest {
    @Test
    void closingFreesWhatWasMadeInside() {
        Engine.start();
        long before = Engine.liveHandles();
        try (var _ = Scope.open("test")) {
            Tensor a = Tensors.ones(2, 3);
            a.add(a).sum().item();
            assertThat(Engine.liveHandles()).isGreaterThan(before);
        }
        assertThat(Engine.liveHandles()).isLessThanOrEqualTo(before);
    }

    @Test
    void aTensorUsedAfterItsScopeSaysSoByName() {
        Tensor a;
        try (var _ = Scope.open("training step")) {
            a = Tensors.ones(2);
        }
        assertThatThrownBy(() -> a.add(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'training step'");
    }

    @Test
    void aKeptTensorBelongsToTheEnclosingScope() {
        Engine.start();
        long before = Engine.liveHandles();
        try (var _ = Scope.open("outer")) {
            Tensor kept;
            try (var inner = Scope.open("inner")) {
                kept = inner.keep(Tensors.ones(2).add(1));
            }
            assertThat(kept.toFloats()).containsExactly(2, 2);
        }
        assertThat(Engine.liveHandles()).isLessThanOrEqualTo(before);
    }

    @Test
    void aTensorKeptOutOfTheOutermostScopeIsTheCallersToClose() {
        Engine.start();
        long before = Engine.liveHandles();
        Tensor kept;
        try (var scope = Scope.open("only")) {
            kept = scope.keep(Tensors.ones(2));
        }
        assertThat(kept.toFloats()).containsExactly(1, 1);
        kept.close();
        kept.close();
        assertThat(kept.isClosed()).isTrue();
        assertThat(Engine.liveHandles()).isLessThanOrEqualTo(before);
    }

    @Test
    void aRetainedTensorOutlivesEveryScope() {
        Tensor kept;
        try (var _ = Scope.open("outer")) {
            try (var _ = Scope.open("inner")) {
                kept = Tensors.of(new float[] {3}, 1).retain();
            }
        }
        assertThat(kept.item()).isEqualTo(3);
        kept.close();
    }

    @Test
    void aVirtualThreadIsRefused() throws InterruptedException {
        var thrown = new AtomicReference<Throwable>();
        Thread.ofVirtual()
                .start(() -> {
                    try (var _ = Scope.open("request")) {
                        Tensors.ones(1);
                    } catch (IllegalStateException e) {
                        thrown.set(e);
                    }
                })
                .join();
        assertThat(thrown.get()).hasMessageContaining("virtual thread").hasMessageContaining("'request'");
    }

    @Test
    void scopesCloseFromTheInsideOut() {
        var outer = Scope.open("outer");
        var inner = Scope.open("inner");
        assertThatThrownBy(outer::close).hasMessageContaining("'outer'").hasMessageContaining("'inner'");
        inner.close();
        outer.close();
    }

    @Test
    void gradientsAreSwitchedOffAndRestored() {
        try (var _ = Scope.open("test")) {
            Tensor w = Tensors.ones(2).requiresGrad(true);
            try (var _ = Gradients.off()) {
                assertThat(w.mul(2).requiresGrad()).isFalse();
            }
            w.mul(w).sum().backward();
            assertThat(Objects.requireNonNull(w.grad()).toFloats()).containsExactly(2, 2);
        }
    }
}
