package dev.mokha.language.pretrain;

import dev.mokha.language.corpus.Mixture;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.nn.fit.Batches;
import dev.mokha.tensor.Tensors;

/// Batches of packed rows drawn from a mixture of corpora: `[batch, context]` tokens, none of them padding.
///
/// A row of `context` tokens predicts `context − 1`: the mixture's rows must be packed with that.
public final class PackedRows implements Batches<TokenBatch> {
    private final Mixture mixture;
    private final int batch;

    public PackedRows(Mixture mixture, int batch) {
        if (batch < 1) {
            throw new IllegalArgumentException("a batch holds at least 1 row, not " + batch);
        }
        this.mixture = mixture;
        this.batch = batch;
    }

    @Override
    public TokenBatch next() {
        int[] first = mixture.next();
        int[] ids = new int[batch * first.length];
        for (int row = 0; row < batch; row++) {
            System.arraycopy(row == 0 ? first : mixture.next(), 0, ids, row * first.length, first.length);
        }
        return TokenBatch.of(Tensors.of(ids, batch, first.length));
    }

    @Override
    public String position() {
        return mixture.position();
    }

    @Override
    public void restore(String position) {
        mixture.restore(position);
    }

    @Override
    public long perEpoch() {
        return Math.max(1, mixture.perPass() / batch);
    }
}
