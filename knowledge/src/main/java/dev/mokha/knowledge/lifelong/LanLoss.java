package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.embed.TranslationLoss;
import java.util.Arrays;

/// The loss of facts whose entities look different to each question: the pairs of an entity and a relation
/// in a
/// batch become the rows of a table for that batch. Subject, object and negatives of a fact are all seen by
/// its
/// relation's question.
final class LanLoss implements FactLoss {
    private final LanAggregator aggregator;
    private final LanTables tables;
    private final LanTables gradients;
    private final TranslationLoss loss;
    private final Crew crew;
    private final Asked asked;
    private Table rows;
    private Table byRows;

    /// @param tables whose inputs are those of each call's vectors
    /// @param gradients where the gradient by all tables but the inputs is left
    LanLoss(LanAggregator aggregator, LanTables tables, LanTables gradients, TranslationLoss loss, Crew crew) {
        this.aggregator = aggregator;
        this.tables = tables;
        this.gradients = gradients;
        this.loss = loss;
        this.crew = crew;
        this.asked = aggregator.asked();
        this.rows = new Table(0, tables.inputs().dim());
        this.byRows = rows;
    }

    @Override
    public double addGradient(Vectors at, Batch batch, Vectors gradient) {
        gradients.clearShared(crew);
        aggregator.prepare(tables.withInputs(at.entities()), crew);
        Batch renamed = renamed(batch, at.relations().rows());
        int dim = at.entities().dim();
        if (rows.rows() < asked.rows()) {
            rows = new Table(asked.rows(), dim);
            byRows = new Table(asked.rows(), dim);
        }
        Arrays.fill(byRows.values(), 0);
        aggregator.aggregate(asked, rows, crew);
        double value = loss.of(rows, at.relations(), renamed);
        loss.addTo(byRows, gradient.relations());
        aggregator.addGradient(asked, byRows, gradients.withInputs(gradient.entities()), crew);
        return value;
    }

    /// The batch by numbers of rows, sorted by relations.
    private Batch renamed(Batch batch, int relations) {
        int[] starts = new int[relations + 1];
        for (int p = 0; p < batch.size(); p++) {
            starts[batch.relation(p) + 1]++;
        }
        for (int q = 0; q < relations; q++) {
            starts[q + 1] += starts[q];
        }
        int[] order = new int[batch.size()];
        int[] next = starts.clone();
        for (int p = 0; p < batch.size(); p++) {
            order[next[batch.relation(p)]++] = p;
        }
        var renamed = new Batch(batch.size(), batch.negatives());
        asked.clear();
        for (int q = 0; q < relations; q++) {
            asked.question(q);
            for (int i = starts[q]; i < starts[q + 1]; i++) {
                add(batch, order[i], renamed);
            }
        }
        return renamed;
    }

    private void add(Batch batch, int p, Batch renamed) {
        renamed.add(asked.row(batch.subject(p)), batch.relation(p), asked.row(batch.object(p)));
        for (int k = 0; k < batch.negatives(); k++) {
            renamed.replace(renamed.size() - 1, k, asked.row(batch.replacement(p, k)), batch.atSubject(p, k));
        }
    }
}
