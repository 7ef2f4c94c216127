package dev.mokha.knowledge.link;

import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.link.LinkBatch.Ids;
import dev.mokha.knowledge.link.LinkBatch.Paired;
import dev.mokha.nn.fit.Batches;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Random;

/// Facts in a new order each epoch, each with wrong ones made of it.
final class PairedBatches implements Batches<LinkBatch> {
    private final Facts facts;
    private final Sampler sampler;
    private final int wrong;
    private final Epochs epochs;

    /// @param wrong how many wrong facts are made of each
    PairedBatches(Facts facts, Sampler sampler, int wrong, Epochs epochs) {
        this.facts = facts;
        this.sampler = sampler;
        this.wrong = wrong;
        this.epochs = epochs;
    }

    @Override
    public LinkBatch next() {
        Random random = epochs.random(epochs.drawn());
        int[] rows = epochs.next();
        int n = rows.length;
        int[] s = new int[n];
        int[] r = new int[n];
        int[] o = new int[n];
        int[] ids = new int[n * wrong];
        for (int i = 0; i < n; i++) {
            boolean turned = sampler.replacesSubject(facts.relation(rows[i]), random);
            s[i] = turned ? facts.object(rows[i]) : facts.subject(rows[i]);
            r[i] = turned ? facts.relation(rows[i]) ^ 1 : facts.relation(rows[i]);
            o[i] = turned ? facts.subject(rows[i]) : facts.object(rows[i]);
            sampler.draw(s[i], r[i], random, new Sampler.Space(ids, i * wrong, (i + 1) * wrong));
        }
        Tensor drawn = Tensors.of(ids, n, wrong);
        return new Paired(new Ids(Tensors.of(s, n), Tensors.of(r, n), Tensors.of(o, n)), drawn);
    }

    @Override
    public String position() {
        return epochs.position();
    }

    @Override
    public void restore(String position) {
        epochs.restore(position);
    }

    @Override
    public long perEpoch() {
        return epochs.perEpoch();
    }
}
