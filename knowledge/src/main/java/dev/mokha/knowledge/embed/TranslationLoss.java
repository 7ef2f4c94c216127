package dev.mokha.knowledge.embed;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/// What TransE with L2-normalised rows minimises over a batch, with its gradient written out:
///
/// `Σ_p l(d(p), d(n_1), …, d(n_K)) / (positives · (1 + K))`, where `d(s, r, o) = ‖ŝ + r̂ − ô‖₁` and `l`
/// is a [Contrast]; LKGE's is [Contrast.MeanMargin], [Cui et al. 2023,
/// §3.2](https://arxiv.org/abs/2211.15845). All rows are counted in the divisor, as LKGE's program does.
///
/// A batch normalises each row it uses once. Distances are dealt out by positives, gradients by columns,
/// and within a column they are added in the batch's order: the outcome is the same for any number of
/// threads.
public final class TranslationLoss {
    private final Contrast contrast;
    private final Crew crew;
    private final Touched entities = new Touched();
    private final Touched relations = new Touched();
    private int[] places = new int[0]; // [positives, 3 + negatives]: slots of subject, relation, object, replacements
    private double[] losses = new double[0];
    private double[] toPositive = new double[0]; // the loss's derivative by each positive's distance
    private double[] toNegative = new double[0]; // [positives, negatives]

    /// LKGE's loss.
    ///
    /// @param margin γ
    public TranslationLoss(double margin, Crew crew) {
        this(new Contrast.MeanMargin(margin), crew);
    }

    /// A loss of distances.
    public TranslationLoss(Contrast contrast, Crew crew) {
        this.contrast = contrast;
        this.crew = crew;
    }

    /// {@return a batch's loss}; [#addTo] then adds its gradient.
    ///
    /// @param entities `[entities, dim]`
    /// @param relations `[relations, dim]`
    public double of(Table entities, Table relations, Batch batch) {
        place(entities, relations, batch);
        this.entities.normalize(entities, crew);
        this.relations.normalize(relations, crew);
        int stride = entities.stride();
        crew.split(batch.size(), 1, (from, to) -> new Distances(batch, stride).measure(from, to));
        double sum = 0;
        for (int p = 0; p < batch.size(); p++) {
            sum += losses[p];
        }
        double divisor = (double) batch.size() * (1 + batch.negatives());
        crew.split(stride, Table.UNIT, (from, to) -> new Columns(batch, stride, from, to).add(1 / divisor));
        return sum / divisor;
    }

    /// Adds the last loss's gradient.
    public void addTo(Table entities, Table relations) {
        this.entities.addTo(entities, crew);
        this.relations.addTo(relations, crew);
    }

    /// Adds the squares of the last loss's gradient, times a weight.
    public void addSquaresTo(Table entities, Table relations, double weight) {
        this.entities.addSquaresTo(entities, weight, crew);
        this.relations.addSquaresTo(relations, weight, crew);
    }

    private void place(Table entities, Table relations, Batch batch) {
        this.entities.begin(entities);
        this.relations.begin(relations);
        int width = 3 + batch.negatives();
        if (losses.length < batch.size()) {
            losses = new double[batch.size()];
            toPositive = new double[batch.size()];
            toNegative = new double[batch.size() * batch.negatives()];
            places = new int[batch.size() * width];
        }
        for (int p = 0; p < batch.size(); p++) {
            int at = p * width;
            places[at] = this.entities.slot(batch.subject(p));
            places[at + 1] = this.relations.slot(batch.relation(p));
            places[at + 2] = this.entities.slot(batch.object(p));
            for (int k = 0; k < batch.negatives(); k++) {
                places[at + 3 + k] = this.entities.slot(batch.replacement(p, k));
            }
        }
    }

    /// Distances of some positives and their negatives.
    private final class Distances {
        private final Batch batch;
        private final int stride;
        private final double[] forward; // ŝ + r̂: what objects are measured from
        private final double[] backward; // ô − r̂: what subjects are measured from
        private final double[] lanes = new double[Table.UNIT];

        Distances(Batch batch, int stride) {
            this.batch = batch;
            this.stride = stride;
            this.forward = new double[stride];
            this.backward = new double[stride];
        }

        void measure(int from, int to) {
            double[] e = entities.units();
            int negatives = batch.negatives();
            double[] others = new double[negatives];
            for (int p = from; p < to; p++) {
                int at = p * (3 + negatives);
                int object = places[at + 2] * stride;
                combine(places[at] * stride, places[at + 1] * stride, object);
                for (int k = 0; k < negatives; k++) {
                    double[] other = batch.atSubject(p, k) ? backward : forward;
                    others[k] = Lanes.distance(other, 0, e, places[at + 3 + k] * stride, stride, lanes);
                }
                double right = Lanes.distance(forward, 0, e, object, stride, lanes);
                losses[p] = contrast.loss(right, others);
                toPositive[p] = contrast.derive(right, others); // `others` are derivatives from here on
                System.arraycopy(others, 0, toNegative, p * negatives, negatives);
            }
        }

        private void combine(int subject, int relation, int object) {
            double[] e = entities.units();
            double[] r = relations.units();
            for (int c = 0; c < stride; c += Lanes.WIDTH) {
                var move = DoubleVector.fromArray(Lanes.WIDE, r, relation + c);
                DoubleVector.fromArray(Lanes.WIDE, e, subject + c).add(move).intoArray(forward, c);
                DoubleVector.fromArray(Lanes.WIDE, e, object + c).sub(move).intoArray(backward, c);
            }
        }
    }

    /// Gradients of some columns. `ofForward` gathers what belongs to both the subject and the relation,
    /// `ofBackward` what belongs to the object and, negated, to the relation.
    private final class Columns {
        private final Batch batch;
        private final int stride;
        private final int from;
        private final int width;
        private final double[] ofForward;
        private final double[] ofBackward;
        private final double[] forward;
        private final double[] backward;

        Columns(Batch batch, int stride, int from, int to) {
            this.batch = batch;
            this.stride = stride;
            this.from = from;
            this.width = to - from;
            this.ofForward = new double[width];
            this.ofBackward = new double[width];
            this.forward = new double[width];
            this.backward = new double[width];
        }

        void add(double weight) {
            double[] g = entities.gradients();
            int negatives = batch.negatives();
            for (int p = 0; p < batch.size(); p++) {
                if (toPositive[p] == 0) {
                    continue;
                }
                int at = p * (3 + negatives);
                int subject = places[at] * stride + from;
                int relation = places[at + 1] * stride + from;
                int object = places[at + 2] * stride + from;
                begin(subject, relation, object);
                signs(forward, object, weight * toPositive[p], ofForward);
                for (int k = 0; k < negatives; k++) {
                    boolean back = batch.atSubject(p, k);
                    signs(
                            back ? backward : forward,
                            places[at + 3 + k] * stride + from,
                            weight * toNegative[p * negatives + k],
                            back ? ofBackward : ofForward);
                }
                for (int c = 0; c < width; c += Lanes.WIDTH) {
                    var f = DoubleVector.fromArray(Lanes.WIDE, ofForward, c);
                    var b = DoubleVector.fromArray(Lanes.WIDE, ofBackward, c);
                    plus(g, subject + c, f);
                    plus(g, object + c, b);
                    plus(relations.gradients(), relation + c, f.sub(b));
                }
            }
        }

        private void begin(int subject, int relation, int object) {
            double[] e = entities.units();
            Arrays.fill(ofForward, 0);
            Arrays.fill(ofBackward, 0);
            for (int c = 0; c < width; c += Lanes.WIDTH) {
                var move = DoubleVector.fromArray(Lanes.WIDE, relations.units(), relation + c);
                DoubleVector.fromArray(Lanes.WIDE, e, subject + c).add(move).intoArray(forward, c);
                DoubleVector.fromArray(Lanes.WIDE, e, object + c).sub(move).intoArray(backward, c);
            }
        }

        /// Adds `weight · sign(here − there)` to what belongs here and takes it from what belongs there.
        private void signs(double[] here, int there, double weight, double[] ofHere) {
            double[] e = entities.units();
            double[] g = entities.gradients();
            var zero = DoubleVector.zero(Lanes.WIDE);
            for (int c = 0; c < width; c += Lanes.WIDTH) {
                var apart = DoubleVector.fromArray(Lanes.WIDE, here, c)
                        .sub(DoubleVector.fromArray(Lanes.WIDE, e, there + c));
                var sign = zero.blend(weight, apart.compare(VectorOperators.GT, 0))
                        .blend(-weight, apart.compare(VectorOperators.LT, 0));
                plus(ofHere, c, sign);
                plus(g, there + c, sign.neg());
            }
        }

        private static void plus(double[] sums, int at, DoubleVector more) {
            DoubleVector.fromArray(Lanes.WIDE, sums, at).add(more).intoArray(sums, at);
        }
    }
}
