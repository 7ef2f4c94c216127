package dev.mokha.language.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Takes rows of logits through the stages of a [Chain] and draws. As long as no stage has cut, a stage is a
/// pass or two over the vocabulary; from the first cut on, only the [Survivors] are looked at.
///
/// What the whole vocabulary is drawn from is summed up in the order of ids, what is left of it likeliest
/// first.
final class TokenDraw {
    /// How many tokens are looked at first where it is not known how many a cut will leave, and how much
    /// more then.
    private static final int FIRST_LOOK = 64;

    private static final int FURTHER = 16;

    /// More survivors than these are left in the row and the others taken out of it, so that none need a sort.
    private static final int MOST = 4096;

    /// Bins in each factor of e.
    private static final double BINS = 32;

    private static final double LN_2 = Math.log(2);

    private final Chain chain;
    private final boolean greedy;
    private final Softmax softmax = new Softmax();
    private final Largest largest = new Largest();
    private final Survivors survivors = new Survivors();
    private final MirostatCut mirostat = new MirostatCut(largest);
    private final double[] bins = new double[1024];
    private float[] scores = {};

    private LogitRow row = LogitRow.of(new float[1]);
    private double top;
    private double scale;
    private boolean cut;
    private int chosen;
    private double total;
    private double uncut;

    TokenDraw(Chain chain) {
        this.chain = chain;
        this.greedy = chain.temperature() == 0;
    }

    /// The random numbers of one draw, and what mirostat knows.
    ///
    /// @param draw in `[0, 1)`, for the draw
    /// @param chance in `[0, 1)`, for XTC
    /// @param limit mirostat's μ
    record Luck(double draw, double chance, double limit) {}

    /// {@return the token}
    /// @param likeliest the row's
    int draw(LogitRow from, int likeliest, Luck luck) {
        row = from;
        top = from.at(likeliest);
        scale = 1;
        cut = false;
        chosen = likeliest;
        if (greedy) {
            return likeliest;
        }
        for (Stage stage : chain.stages()) {
            apply(stage, luck);
        }
        if (cut) {
            total = survivors.weigh(scale);
            chosen = survivors.id(survivors.draw(total, luck.draw()));
        } else {
            total = softmax.total(row, top, scale);
            chosen = softmax.draw(row, top, scale, total, luck.draw());
        }
        return chosen;
    }

    /// {@return −log₂ of the chosen token's probability before mirostat's cut}
    double surprise() {
        return (uncut - (row.at(chosen) - top) * scale) / LN_2;
    }

    /// {@return the log probability with which a token was drawn, which was not cut off}
    double logProb(int id) {
        return greedy ? 0 : (row.at(id) - (cut ? survivors.logit(0) : top)) * scale - Math.log(total);
    }

    /// {@return the likeliest tokens of the draw}
    List<Sampler.Ranked> top(int count) {
        if (greedy) {
            return List.of(new Sampler.Ranked(chosen, 0)).subList(0, Math.min(1, count));
        }
        var ranked = new ArrayList<Sampler.Ranked>();
        int found = cut ? survivors.count() : largest.find(row, Math.min(count, row.size()));
        for (int i = 0; i < Math.min(count, found); i++) {
            int id = cut ? survivors.id(i) : largest.index(i);
            ranked.add(new Sampler.Ranked(id, logProb(id)));
        }
        return ranked;
    }

    private void apply(Stage stage, Luck luck) {
        switch (stage) {
            case Stage.Temperature(double value) -> scale = Math.min(1 / value, 1e300);
            case Stage.TopNSigma(double n) -> topNSigma(n);
            case Stage.TopK(int k) -> topK(k);
            case Stage.TopP(double p) -> topP(p);
            case Stage.MinP(double p) -> {
                if (cut) {
                    survivors.minP(p, scale);
                } else {
                    keepFrom(top + Math.log(p) / scale);
                }
            }
            case Stage.Typical(double p) -> typical(p);
            case Stage.Xtc(double probability, double threshold) -> {
                if (luck.chance() < probability) {
                    excludeTop(threshold);
                }
            }
            case Stage.Mirostat how -> {
                uncut = Math.log(softmax.total(row, top, scale));
                switch (how.version()) {
                    case ONE -> topK(mirostat.kept(row, scale, luck.limit()));
                    case TWO -> keepFrom(top + (uncut - luck.limit() * LN_2) / scale);
                }
            }
        }
    }

    private void keepFound() {
        survivors.take(row, largest);
        cut = true;
    }

    private void keepFrom(double logit) {
        double bound = Math.min(logit, top);
        if (largest.atLeast(row, bound, MOST)) {
            keepFound();
        } else {
            row.dropBelow(bound);
        }
    }

    private void topK(int k) {
        if (cut) {
            survivors.keep(k);
        } else if (k < row.size()) {
            largest.find(row, k);
            keepFound();
        }
    }

    private void topNSigma(double n) {
        if (cut) {
            survivors.topNSigma(n);
            return;
        }
        double sum = 0;
        int count = 0;
        for (int i = 0; i < row.size(); i++) {
            if (row.at(i) > Float.NEGATIVE_INFINITY) {
                sum += row.at(i) - top;
                count++;
            }
        }
        double mean = sum / count;
        double squares = 0;
        for (int i = 0; i < row.size(); i++) {
            if (row.at(i) > Float.NEGATIVE_INFINITY) {
                double difference = row.at(i) - top - mean;
                squares += difference * difference;
            }
        }
        keepFrom(top - n * Math.sqrt(squares / count));
    }

    private void topP(double p) {
        if (cut) {
            survivors.topP(p, scale);
            return;
        }
        double enough = p * softmax.total(row, top, scale);
        for (int look = FIRST_LOOK; look <= MOST; look *= FURTHER) {
            largest.find(row, Math.min(look, row.size()));
            survivors.take(row, largest);
            survivors.weigh(scale);
            int reaching = survivors.reaching(enough);
            if (reaching <= survivors.count() || survivors.count() < look) {
                survivors.keep(reaching);
                cut = true;
                return;
            }
        }
        keepMany(row, top, scale, enough);
    }

    /// Keeps those of the row that are first in an order until they weigh enough. They are many, so only the
    /// bin in which the last one is found is sorted.
    ///
    /// @param order a number for each token, the largest first
    /// @param first the largest
    /// @param unit what is one factor of e among them
    private void keepMany(LogitRow order, double first, double unit, double enough) {
        Arrays.fill(bins, 0);
        for (int id = 0; id < row.size(); id++) {
            bins[bin(first - order.at(id), unit)] += weight(id);
        }
        int bin = 0;
        double sum = 0;
        while (bin + 1 < bins.length && sum + bins[bin] < enough) {
            sum += bins[bin++];
        }
        int[] ids = new int[64];
        int count = 0;
        for (int id = 0; id < row.size(); id++) {
            if (bin(first - order.at(id), unit) == bin && weight(id) > 0) {
                ids = count == ids.length ? Arrays.copyOf(ids, 2 * count) : ids;
                ids[count++] = id;
            }
        }
        largest.among(order, Arrays.copyOf(ids, count));
        int last = 0;
        while (last + 1 < count && sum + weight(largest.index(last)) < enough) {
            sum += weight(largest.index(last++));
        }
        int id = largest.index(last);
        float bound = order.at(id);
        for (int i = 0; i < row.size(); i++) {
            if (order.at(i) < bound || (order.at(i) == bound && i > id)) {
                row.set(i, Float.NEGATIVE_INFINITY);
            }
        }
    }

    private double weight(int id) {
        return Math.exp((row.at(id) - top) * scale);
    }

    private int bin(double behind, double unit) {
        return (int) Math.min(behind * unit * BINS, bins.length - 1.0);
    }

    private void typical(double p) {
        int size = cut ? survivors.count() : row.size();
        double sum = cut ? survivors.weigh(scale) : softmax.total(row, top, scale);
        double weighted = cut ? survivors.weighted(scale) : softmax.weighted(row, top, scale);
        double largestLogit = cut ? survivors.logit(0) : top;
        scores = scores.length < size ? new float[size] : scores;
        for (int i = 0; i < size; i++) {
            double logit = cut ? survivors.logit(i) : row.at(i);
            // surprise less entropy; the logarithm of the sum is in both
            scores[i] = (float) -Math.abs((largestLogit - logit) * scale + weighted / sum);
        }
        var nearest = LogitRow.of(scores, 0, size);
        for (int look = FIRST_LOOK; cut || look <= MOST; look *= FURTHER) {
            int found = largest.find(nearest, Math.min(look, size));
            double mass = 0;
            int kept = 0;
            while (kept < found && mass < p * sum) {
                int i = largest.index(kept++);
                mass += cut ? survivors.weight(i) : weight(i);
            }
            if (mass >= p * sum || found < look) {
                keep(largest.indices(kept));
                return;
            }
        }
        keepMany(nearest, 0, 1, p * sum);
        top = row.at(row.likeliest());
    }

    /// Keeps these places of the survivors, or of the row.
    private void keep(int[] places) {
        if (cut) {
            survivors.keep(places);
        } else {
            largest.among(row, places);
            keepFound();
        }
    }

    private void excludeTop(double threshold) {
        if (cut) {
            survivors.excludeTop(threshold, scale);
            return;
        }
        double sum = softmax.total(row, top, scale);
        largest.atLeast(row, top + Math.log(threshold * sum) / scale, row.size());
        for (int i = 0; i + 1 < largest.count(); i++) {
            row.set(largest.index(i), Float.NEGATIVE_INFINITY);
        }
        if (largest.count() > 1) {
            top = row.at(largest.index(largest.count() - 1));
        }
    }
}
