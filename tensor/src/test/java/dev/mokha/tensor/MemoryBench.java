package dev.mokha.tensor;

import java.util.Locale;

/// Native memory is flat: resident memory after step 100 and after step 1,000 of a small training loop, one scope a
/// step. How to run it: `docs/tensors.md`.
public final class MemoryBench {
    private MemoryBench() {}

    /// Prints both and their ratio.
    public static void main(String[] args) {
        try (var model = new TinyModel(256)) {
            long at100 = 0;
            long handles = 0;
            for (int step = 1; step <= 1_000; step++) {
                double loss = model.step();
                if (step == 100 || step == 1_000) {
                    long resident = Engine.residentBytes();
                    System.out.printf(
                            Locale.ROOT,
                            "step %d: loss %.4f, resident %.1f MB, native objects %d%n",
                            step,
                            loss,
                            resident / 1e6,
                            Engine.liveHandles());
                    if (step == 100) {
                        at100 = resident;
                        handles = Engine.liveHandles();
                    } else {
                        System.out.printf(
                                Locale.ROOT,
                                "step 1,000 against step 100: %+.2f %%, %+d native objects%n",
                                100.0 * (resident - at100) / at100,
                                Engine.liveHandles() - handles);
                    }
                }
            }
        }
    }
}
