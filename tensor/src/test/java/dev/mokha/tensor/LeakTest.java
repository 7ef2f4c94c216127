package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A thousand steps of anything leave no more native objects than ten did. (Fewer may be: the collector frees what an
/// earlier test dropped.)
class LeakTest {
    @Test
    void aThousandTrainingStepsLeaveNothingBehind() {
        try (var model = new TinyModel(8)) {
            long after10 = liveAfter(10, model::step);
            assertThat(liveAfter(1_000, model::step)).isLessThanOrEqualTo(after10);
        }
    }

    @Test
    void everyOperationFreesWhatItMade() {
        Runnable all = () -> OperationsTest.cases().forEach(operation -> {
            try (var _ = Scope.open("case")) {
                operation.run().get().toDoubles();
            }
        });
        long after2 = liveAfter(2, all);
        assertThat(liveAfter(5, all)).isLessThanOrEqualTo(after2);
    }

    @Test
    void autocastStepsLeaveNothingBehind() {
        try (var model = new TinyModel(8)) {
            Runnable step = () -> {
                try (var _ = Autocast.bfloat16(Device.CPU)) {
                    model.step();
                }
            };
            long after10 = liveAfter(10, step);
            assertThat(liveAfter(200, step)).isLessThanOrEqualTo(after10);
        }
    }

    private static long liveAfter(int times, Runnable step) {
        for (int i = 0; i < times; i++) {
            step.run();
        }
        return Engine.liveHandles();
    }
}
