package dev.mokha.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeTest {
    private static final Tap FIRST = new Tap("model.first");
    private static final Tap SECOND = new Tap("model.second");

    /// `2 (x + 1)`, with a point after each step.
    private static Tensor model(Tensor x) {
        return SECOND.pass(FIRST.pass(x.add(1)).mul(2));
    }

    @Test
    void withoutAProbeATapPassesTheVeryTensorOn() {
        try (var _ = Scope.open("test")) {
            Tensor x = Tensors.ones(1);
            assertThat(FIRST.pass(x)).isSameAs(x);
            assertThat(FIRST.isWatched()).isFalse();
        }
    }

    @Test
    void aReaderSeesWhatItWantsByFullPathAndNothingIsLeftBehind() {
        try (var _ = Scope.open("test")) {
            var seen = new ArrayList<String>();
            Tensor y = Probe.reading(
                            name -> name.endsWith("second"), (name, value) -> seen.add(name + " " + value.item()))
                    .during(() -> model(Tensors.ones(1)));
            model(Tensors.ones(1));
            assertThat(y.item()).isEqualTo(4);
            assertThat(seen).containsExactly("model.second 4.0");
        }
    }

    @Test
    void aReplacedValueIsWhatTheModelGoesOnWith() {
        try (var _ = Scope.open("test")) {
            Tensor y = Probe.replacing("model.first"::equals, (_, value) -> value.mul(10))
                    .during(() -> model(Tensors.ones(1)));
            assertThat(y.item()).isEqualTo(40);
        }
    }

    @Test
    void nestedProbesComposeTheInnerOneFirst() {
        try (var _ = Scope.open("test")) {
            List<Double> outside = new ArrayList<>();
            List<Double> inside = new ArrayList<>();
            Probe outer = Probe.reading("model.first"::equals, (_, value) -> outside.add(value.item()));
            Probe inner = Probe.replacing("model.first"::equals, (_, value) -> {
                inside.add(value.item());
                return value.add(100);
            });
            Tensor y = outer.during(() -> inner.during(() -> model(Tensors.ones(1))));
            assertThat(inside).containsExactly(2.0);
            assertThat(outside).containsExactly(102.0);
            assertThat(y.item()).isEqualTo(204);
        }
    }

    @Test
    void aProbeThatThrowsIsUnboundAgain() {
        try (var _ = Scope.open("test")) {
            Probe failing = Probe.reading(_ -> true, (_, _) -> {
                throw new IllegalStateException("seen enough");
            });
            assertThatThrownBy(() -> failing.during(() -> model(Tensors.ones(1))))
                    .hasMessage("seen enough");
            assertThat(FIRST.isWatched()).isFalse();
        }
    }
}
