package dev.mokha.serve.device;

import dev.mokha.tensor.Device;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// All whole numbers of a step, such as tokens and the blocks of tables, which go up to the device in one copy.
final class StepNumbers {
    private long[] all = new long[1024];
    private int size;
    private @Nullable Tensor there;

    /// Some of them, which are there once all were sent.
    final class Part {
        private final int from;
        private final int count;

        private Part(int from, int count) {
            this.from = from;
            this.count = count;
        }

        /// {@return 64-bit integers `[count]`, on the device}
        Tensor there() {
            if (there == null) {
                throw new IllegalStateException("the step's numbers were not sent yet");
            }
            return there.narrow(0, from, count);
        }

        /// {@return the same as rows of equal length}
        Tensor there(long rows) {
            return there().view(rows, count / rows);
        }

        int count() {
            return count;
        }
    }

    Part add(int[] numbers) {
        if (there != null) {
            throw new IllegalStateException("the step's numbers were sent already");
        }
        if (size + numbers.length > all.length) {
            all = Arrays.copyOf(all, Math.max(2 * all.length, size + numbers.length));
        }
        for (int i = 0; i < numbers.length; i++) {
            all[size + i] = numbers[i];
        }
        size += numbers.length;
        return new Part(size - numbers.length, numbers.length);
    }

    /// Sends them; nothing is added any more.
    void send(Device device) {
        there = Tensors.of(Arrays.copyOf(all, size), size).to(device);
    }
}
