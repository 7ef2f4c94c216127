package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Adam;
import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.embed.TranslationLoss;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.graph.Incidence;
import dev.mokha.knowledge.rank.DistanceRanker;
import dev.mokha.knowledge.rank.RankMetrics;
import dev.mokha.knowledge.rank.Ties;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// LKGE: embeds a graph that grows, snapshot by snapshot, from each snapshot's new facts alone
/// ([Cui et al. 2023](https://arxiv.org/abs/2211.15845)).
///
/// [#open] makes room for what a snapshot brings, [#learn] trains on it, and between and after them [#test]
/// says how well the model does.
public final class Lkge {
    private final LkgeConfig config;
    private final Crew crew;
    private final SplittableRandom random;
    private Table entities;
    private Table relations;
    private Past past;

    /// A model that knows nothing.
    public Lkge(LkgeConfig config, Crew crew) {
        this.config = config;
        this.crew = crew;
        this.random = new SplittableRandom(config.seed());
        this.entities = new Table(0, config.dim());
        this.relations = new Table(0, config.dim());
        this.past = Past.none(config.dim());
    }

    /// One pass over a snapshot's facts, as it is reported.
    ///
    /// @param loss the sum of its batches' losses
    /// @param valid figures on the validation facts
    /// @param best the best MRR on them so far
    /// @param trainSeconds what the pass took
    /// @param validSeconds what the validation took
    public record Epoch(
            int snapshot,
            int epoch,
            double loss,
            RankMetrics valid,
            double best,
            double trainSeconds,
            double validSeconds) {}

    /// Makes room for a snapshot's new entities and relations; what is known stays as it is.
    public void open(Snapshot snapshot) {
        Table grown = Table.xavier(snapshot.entities(), config.dim(), random.split());
        Table grownRelations = Table.xavier(snapshot.relations(), config.dim(), random.split());
        grown.setFirst(entities);
        grownRelations.setFirst(relations);
        entities = grown;
        relations = grownRelations;
        if (config.transfer() && past.entities().rows() > 0) {
            transfer(snapshot);
        }
    }

    /// New rows as the autoencoder rebuilds them, [Cui et al. 2023, §3.4](https://arxiv.org/abs/2211.15845).
    private void transfer(Snapshot snapshot) {
        var rebuilt = new Table(entities.rows(), config.dim());
        var moved = new Table(relations.rows(), config.dim());
        autoencoder(edges(snapshot)).reconstruct(entities, relations, rebuilt, moved, crew);
        rebuilt.setFirst(past.entities());
        moved.setFirst(past.relations());
        entities = rebuilt;
        relations = moved;
    }

    private static Incidence edges(Snapshot snapshot) {
        return Incidence.of(snapshot.train(), snapshot.entities(), snapshot.relations());
    }

    private Autoencoder autoencoder(Incidence edges) {
        return new Autoencoder(edges, config.mode() == Mode.CODE ? null : past);
    }

    /// Learns a snapshot's new facts and keeps the tables of the epoch that validated best.
    ///
    /// @param progress told of each epoch
    public void learn(Snapshot snapshot, Consumer<Epoch> progress) {
        Incidence edges = edges(snapshot);
        var pass = new Pass(snapshot, edges);
        var patience = new Patience(config.patience());
        Table bestEntities = entities.copy();
        Table bestRelations = relations.copy();
        for (int epoch = 0; epoch < config.epochs() && !patience.over(); epoch++) {
            long start = System.nanoTime();
            double loss = pass.run();
            long trained = System.nanoTime();
            RankMetrics valid =
                    rank(snapshot.valid(), snapshot, snapshot.entities()).rounded();
            long validated = System.nanoTime();
            if (patience.better(valid.mrr())) {
                bestEntities.setFirst(entities);
                bestRelations.setFirst(relations);
            }
            progress.accept(new Epoch(
                    snapshot.number(),
                    epoch,
                    loss,
                    valid,
                    patience.best(),
                    (trained - start) / 1e9,
                    (validated - trained) / 1e9));
        }
        entities = bestEntities;
        relations = bestRelations;
        past = past.after(entities, relations, edges);
    }

    /// {@return figures on a snapshot's test facts, among the entities of that snapshot}: the protocol that
    /// LKGE and its followers publish, rounded as they round.
    public RankMetrics test(Snapshot test) {
        return rank(test.test(), test, test.entities()).rounded();
    }

    /// {@return figures on a snapshot's test facts, among all entities that there are by now}
    ///
    /// @param now the last snapshot
    public RankMetrics testAmongAll(Snapshot test, Snapshot now) {
        return rank(test.test(), now, now.entities());
    }

    private RankMetrics rank(Facts facts, Snapshot known, int candidates) {
        return new DistanceRanker(entities, relations, crew)
                .rank(facts.withInverses(), known.known(), candidates)
                .metrics(Ties.SORTED);
    }

    /// {@return the entities' vectors, `[entities, dim]`}
    public Table entities() {
        return entities;
    }

    /// {@return the relations' vectors, `[relations, dim]`, inverses counted}
    public Table relations() {
        return relations;
    }

    /// Passes over a snapshot's facts.
    private final class Pass {
        private final Facts facts;
        private final int[] order;
        private final int below;
        private final Batch batch = new Batch(config.batchSize(), config.negatives());
        private final LkgeLoss loss;
        private final Adam ofEntities;
        private final Adam ofRelations;
        private final SplittableRandom draws = random.split();

        Pass(Snapshot snapshot, Incidence edges) {
            facts = snapshot.train().withInverses();
            order = new int[facts.size()];
            for (int i = 0; i < order.length; i++) {
                order[i] = i;
            }
            // the program never draws the last entity
            below = Math.max(1, snapshot.entities() - (config.mode() == Mode.CODE ? 1 : 0));
            loss = new LkgeLoss(
                    entities.rows(),
                    relations.rows(),
                    config.dim(),
                    new TranslationLoss(config.margin(), crew),
                    config.beta() == 0 ? null : autoencoder(edges),
                    config.beta(),
                    config.alpha() == 0 ? null : new Anchor(past, edges, config.mode()),
                    config.alpha(),
                    crew);
            ofEntities = new Adam(entities.rows(), config.dim(), config.rate());
            ofRelations = new Adam(relations.rows(), config.dim(), config.rate());
        }

        double run() {
            shuffle();
            double sum = 0;
            for (int from = 0; from < order.length; from += config.batchSize()) {
                batch.draw(facts, order, from, Math.min(order.length, from + config.batchSize()), below, draws);
                sum += loss.of(entities, relations, batch).total();
                ofEntities.step(entities, loss.entityGradient(), crew);
                ofRelations.step(relations, loss.relationGradient(), crew);
            }
            return sum;
        }

        private void shuffle() {
            for (int i = order.length - 1; i > 0; i--) {
                int j = draws.nextInt(i + 1);
                int other = order[j];
                order[j] = order[i];
                order[i] = other;
            }
        }
    }
}
