package dev.mokha.serve.model;

import dev.mokha.language.evaluate.BitsPerByte;
import dev.mokha.serve.kernel.KeyValueType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// How likely the serving engine holds texts to be, computed as it reads prompts: with its weights,
/// arithmetic, and keys and values as they are kept.
///
/// @param model which takes all rows of a batch of windows at once
/// @param store with room for them
public record PackedScorer(PackedDecoder model, KeyValueStore store) implements BitsPerByte.Scorer {
    @Override
    public double nats(List<int[]> windows) {
        List<StepRows.Slice> slices = new ArrayList<>();
        List<Integer> wanted = new ArrayList<>();
        int block = 0;
        for (int[] window : windows) {
            int count = window.length - 1;
            int blocks = (count + KeyValueType.PAGE - 1) / KeyValueType.PAGE;
            int[] table = IntStream.range(block, block + blocks).toArray();
            slices.add(new StepRows.Slice(Arrays.copyOf(window, count), 0, table));
            block += blocks;
            for (int i = 0; i < count; i++) {
                wanted.add(wanted.size());
            }
        }
        int[] rows = wanted.stream().mapToInt(Integer::intValue).toArray();
        MemorySegment logits = model.step(new StepRows(slices, 0, rows), store);
        int vocab = model.config().vocabSize();
        double nats = 0;
        long row = 0;
        for (int[] window : windows) {
            for (int i = 1; i < window.length; i++) {
                nats += nats(logits.asSlice(4 * row++ * model.logitsStride(), 4L * vocab), window[i]);
            }
        }
        return nats;
    }

    /// `ln Σ exp(logit) − logit of the token`
    private static double nats(MemorySegment logits, int token) {
        float[] row = logits.toArray(ValueLayout.JAVA_FLOAT);
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : row) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : row) {
            sum += Math.exp(logit - largest);
        }
        return largest + Math.log(sum) - row[token];
    }
}
