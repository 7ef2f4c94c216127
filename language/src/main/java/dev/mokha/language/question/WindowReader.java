package dev.mokha.language.question;

import dev.mokha.language.encoder.EncoderBatch;
import dev.mokha.language.encoder.SpanModel;
import dev.mokha.nn.Mode;
import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Reads windows with a model, without gradients or dropout, windows of like length together.
///
/// @param model the caller's
/// @param tokens how many tokens are read at once; a longer window is read alone
/// @param bfloat16 whether products run in bfloat16
record WindowReader(SpanModel model, int tokens, boolean bfloat16) {
    private static final int STARTS_AND_ENDS = 2;

    /// {@return the logits of each window, in order}
    List<SpanLogits> read(List<Window> windows) {
        Mode before = model.params().mode();
        model.params().mode(Mode.EVAL);
        try {
            int[] order = IntStream.range(0, windows.size())
                    .boxed()
                    .sorted(Comparator.comparingInt(
                                    (Integer i) -> windows.get(i).size())
                            .reversed())
                    .mapToInt(Integer::intValue)
                    .toArray();
            @Nullable SpanLogits[] out = new SpanLogits[order.length];
            for (int from = 0; from < order.length; ) {
                // The first is the longest, so as many of its length fit as of any behind it.
                int count = Math.max(1, tokens / windows.get(order[from]).size());
                int to = Math.min(order.length, from + count);
                read(windows, Arrays.copyOfRange(order, from, to), out);
                from = to;
            }
            List<SpanLogits> all = new ArrayList<>(out.length);
            for (SpanLogits one : out) {
                if (one != null) { // each is: the batches cover them
                    all.add(one);
                }
            }
            return all;
        } finally {
            model.params().mode(before);
        }
    }

    private void read(List<Window> windows, int[] which, @Nullable SpanLogits[] out) {
        try (var _ = Scope.open("reading windows");
                var _ = Gradients.off()) {
            var batch = EncoderBatch.packed(Arrays.stream(which)
                    .mapToObj(i -> windows.get(i).sequence())
                    .toList());
            float[] logits = logits(batch).to(DType.FLOAT32).to(Device.CPU).toFloats(); // [tokens, 2]
            for (int k = 0; k < which.length; k++) {
                int length = batch.length(k);
                float[] start = new float[length];
                float[] end = new float[length];
                for (int i = 0; i < length; i++) {
                    int row = STARTS_AND_ENDS * (batch.start(k) + i);
                    start[i] = logits[row];
                    end[i] = logits[row + 1];
                }
                out[which[k]] = new SpanLogits(start, end);
            }
        }
    }

    private Tensor logits(EncoderBatch batch) {
        if (!bfloat16) {
            return model.logits(batch);
        }
        try (var _ = Autocast.bfloat16(model.params().device())) {
            return model.logits(batch);
        }
    }
}
