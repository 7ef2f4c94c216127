package dev.mokha.language.decoder;

import dev.mokha.language.rotary.RotaryTable;
import dev.mokha.language.rotary.RotaryTable.Turns;
import dev.mokha.nn.AttentionMask;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What all layers of one pass share: the turns of its positions, what each kind of layer sees, and the
/// cache.
///
/// @param turns cosines and sines of the positions
/// @param full what a layer with full attention sees
/// @param sliding what a layer with a sliding window sees
/// @param cache earlier positions, or null
/// @param balance what layers with experts are to be added to, or null
/// @param elsewhere where keys and values lie when neither the pass nor the cache has them, or null
/// @param changes what a step changes in projections, or null
record Pass(
        Turns turns,
        AttentionMask full,
        AttentionMask sliding,
        @Nullable KeyValueCache cache,
        @Nullable LoadBalance balance,
        @Nullable StepAttention elsewhere,
        @Nullable StepChanges changes) {
    /// {@return a pass over rows of many texts}
    static Pass over(StepBatch rows, StepAttention attention) {
        var open = AttentionMask.none();
        return new Pass(rows.turns(), open, open, null, null, attention, rows.changes());
    }

    /// {@return what a projection gives, with what a step changes in it}
    Tensor changed(int layer, StepChanges.Place place, Tensor input, Tensor output) {
        return changes == null ? output : changes.change(layer, place, input, output);
    }

    static Pass of(TokenBatch batch, DecoderConfig config, RotaryTable rotary, @Nullable KeyValueCache cache) {
        long time = batch.ids().size(1);
        long past = cache == null ? 0 : cache.length();
        Turns turns = batch.positions() == null
                ? rotary.at(past, time)
                : rotary.at(batch.positions().to(batch.ids().device()));
        @Nullable Tensor keep = keep(batch, past);
        Integer window = config.slidingWindow();
        AttentionMask full = mask(AttentionMask.causalOnly(), keep, batch, past);
        AttentionMask sliding =
                window == null || past + time <= window ? full : mask(AttentionMask.sliding(window), keep, batch, past);
        return new Pass(turns, full, sliding, cache, null, null, null);
    }

    /// {@return the same, with layers of experts added to a loss}
    Pass balanced(@Nullable LoadBalance balance) {
        return new Pass(turns, full, sliding, cache, balance, elsewhere, changes);
    }

    /// Which keys are real and of the query's own document: boolean, `[batch, 1, time or 1, keys]`; null
    /// for all.
    private static @Nullable Tensor keep(TokenBatch batch, long past) {
        Tensor ids = batch.ids();
        @Nullable Tensor keep = null;
        if (batch.attentionMask() != null) {
            Tensor real = batch.attentionMask();
            if (real.size(1) != past + ids.size(1)) {
                throw new IllegalArgumentException("attention_mask covers " + real.size(1) + " positions; there are "
                        + past + " cached and " + ids.size(1) + " new ones");
            }
            keep = real.to(ids.device()).ne(0).unsqueeze(1).unsqueeze(1);
        }
        @Nullable Tensor related = related(batch, past);
        return keep == null ? related : related == null ? keep : keep.and(related);
    }

    /// Which keys are of the query's document, and of its branch or of none: boolean,
    /// `[batch, 1, time, past + time]`; null for all.
    private static @Nullable Tensor related(TokenBatch batch, long past) {
        Device device = batch.ids().device();
        @Nullable Tensor related = null;
        if (batch.documents() != null) {
            Tensor document = batch.documents().to(device);
            related = document.unsqueeze(2).eq(document.unsqueeze(1)); // [batch, time, time]
        }
        if (batch.branches() != null) {
            Tensor branch = batch.branches().to(device);
            Tensor open = branch.eq(0).unsqueeze(1).or(branch.unsqueeze(2).eq(branch.unsqueeze(1)));
            related = related == null ? open : related.and(open);
        }
        if (related == null) {
            return null;
        }
        if (past > 0) {
            Tensor all = Tensors.full(1, DType.BOOL, device, related.size(0), related.size(1), past);
            related = Tensors.cat(List.of(all, related), 2);
        }
        return related.unsqueeze(1);
    }

    /// The mask in a form that is computed once for all layers. A position always sees itself, so that
    /// padding, which nobody reads, stays finite.
    private static AttentionMask mask(AttentionMask causal, @Nullable Tensor keep, TokenBatch batch, long past) {
        long time = batch.ids().size(1);
        long keys = past + time;
        Device device = batch.ids().device();
        if (keep == null) {
            return causal.window() == 0 ? causal : causal.flattened(time, keys, device);
        }
        Tensor self = Tensors.range(past, keys, device)
                .unsqueeze(1)
                .eq(Tensors.range(0, keys, device).unsqueeze(0)); // [time, keys]
        return causal.and(keep.or(self)).flattened(time, keys, device);
    }
}
