package dev.mokha.language.encoder;

import dev.mokha.nn.Attention;
import dev.mokha.nn.AttentionMask;
import dev.mokha.nn.Dropout;
import dev.mokha.nn.Tap;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Attention within the sequences of a batch: each [EncoderBatch.Run] is a rectangle and is attended to
/// as one.
///
/// @param heads how many
/// @param dropout thins the maps in training
/// @param probs the maps, `[count, heads, length, length]`, once for each run
record PackedAttention(int heads, Dropout dropout, Tap probs) {

    /// @param query `[tokens, hidden]`, as are key and value
    /// @param masks what each run's positions may see
    /// @return `[tokens, hidden]`
    Tensor forward(
            Tensor query,
            Tensor key,
            Tensor value,
            List<EncoderBatch.Run> runs,
            Function<EncoderBatch.Run, AttentionMask> masks) {
        if (runs.size() == 1) {
            EncoderBatch.Run run = runs.getFirst();
            return attend(query, key, value, run, masks.apply(run));
        }
        long[] sizes = runs.stream().mapToLong(EncoderBatch.Run::tokens).toArray();
        Tensor[] q = query.split(sizes, 0);
        Tensor[] k = key.split(sizes, 0);
        Tensor[] v = value.split(sizes, 0);
        var mixed = new ArrayList<Tensor>();
        for (int i = 0; i < sizes.length; i++) {
            EncoderBatch.Run run = runs.get(i);
            mixed.add(attend(q[i], k[i], v[i], run, masks.apply(run)));
        }
        return Tensors.cat(mixed, 0);
    }

    /// {@return what a run's positions may see when nothing but padding is hidden}
    static AttentionMask open(EncoderBatch.Run run) {
        return run.keep() == null ? AttentionMask.none() : AttentionMask.none().and(run.keep());
    }

    private Tensor attend(Tensor query, Tensor key, Tensor value, EncoderBatch.Run run, AttentionMask mask) {
        Tensor q = split(query, run); // [count, heads, length, headDim]
        Tensor k = split(key, run);
        Tensor v = split(value, run);
        double scale = 1 / Math.sqrt((double) q.size(3));
        Tensor mixed = Attention.attend(q, k, v, mask, scale, dropout, probs);
        return mixed.transpose(1, 2).reshape(run.tokens(), query.size(1));
    }

    private Tensor split(Tensor x, EncoderBatch.Run run) {
        return x.view(run.count(), run.length(), heads, x.size(1) / heads).transpose(1, 2);
    }
}
