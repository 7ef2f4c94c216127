package dev.mokha.knowledge.rank;

import dev.mokha.knowledge.embed.Table;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// L1 distances from questions to all candidates in 16-bit whole numbers, with a bound of how far off they are.
///
/// Lanes are candidates: a panel of two vectors of them lies together, dimension by dimension, and four
/// questions go over it at once. A distance `d` is kept as `d · scale − 32768`, which fills the 16 bits.
final class ShortDistances {
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final int LANES = SHORTS.length();
    private static final int PANEL = 2 * LANES;
    private static final int TILE = 4;

    private final int candidates;
    private final int dim;
    private final int padded;
    private final double scale;
    private final short[] panels; // [candidates / PANEL, dim, PANEL]
    private final double error; // of the worst candidate, in scaled units

    /// @param rows what distances are measured to, the first `candidates` rows
    /// @param questions what distances will be measured from
    ShortDistances(Table rows, int candidates, double[][] questions) {
        this.candidates = candidates;
        this.dim = rows.dim();
        int count = (candidates + PANEL - 1) / PANEL;
        this.padded = count * PANEL;
        this.panels = new short[Math.multiplyExact(padded, dim)];
        var far = new Extent();
        for (int e = 0; e < candidates; e++) {
            far.see(rows.values(), e * rows.stride(), dim);
        }
        var near = new Extent();
        for (double[] question : questions) {
            near.see(question, 0, dim);
        }
        // a distance fills 16 bits, and so does a difference with its sign; rounding adds at most 1/2 to each number
        double scale = (65534.0 - 2 * dim) / Math.max(near.longest + far.longest, 1e-9);
        this.scale = Math.min(scale, 32766.0 / Math.max(near.largest + far.largest, 1e-9)) / (1 + 1e-9);
        double worst = 0;
        for (int e = 0; e < candidates; e++) {
            double off = 0;
            for (int i = 0; i < dim; i++) {
                double exact = rows.values()[e * rows.stride() + i] * this.scale;
                short rounded = (short) Math.rint(exact);
                panels[(e / PANEL * dim + i) * PANEL + e % PANEL] = rounded;
                off += Math.abs(exact - rounded);
            }
            worst = Math.max(worst, off);
        }
        this.error = worst;
    }

    /// {@return how many numbers a question's distances take}
    int padded() {
        return padded;
    }

    int dim() {
        return dim;
    }

    /// Rounds a question.
    ///
    /// @return how far off the distances from it may be, in scaled units
    double round(double[] q, short[] rounded, int at) {
        double off = 0;
        for (int i = 0; i < dim; i++) {
            double exact = q[i] * scale;
            short whole = (short) Math.rint(exact);
            rounded[at + i] = whole;
            off += Math.abs(exact - whole);
        }
        return off + error + 1e-6 * dim; // and what float64 itself may be off
    }

    /// Writes the distances from each question to all candidates.
    ///
    /// @param questions `[count, dim]`, rounded; `count` is a multiple of four
    /// @param out `[count, padded]`
    void write(short[] questions, int count, short[] out) {
        if (count % TILE != 0) {
            throw new IllegalArgumentException("questions come by " + TILE + ", not " + count);
        }
        for (int panel = 0; panel < padded / PANEL; panel++) {
            for (int tile = 0; tile < count; tile += TILE) {
                tile(questions, tile * dim, panel * dim * PANEL, out, tile * padded + panel * PANEL);
            }
        }
    }

    private void tile(short[] questions, int at, int panel, short[] out, int to) {
        var a0 = ShortVector.broadcast(SHORTS, Short.MIN_VALUE);
        var a1 = a0;
        var b0 = a0;
        var b1 = a0;
        var c0 = a0;
        var c1 = a0;
        var d0 = a0;
        var d1 = a0;
        for (int i = 0; i < dim; i++) {
            var x0 = ShortVector.fromArray(SHORTS, panels, panel + i * PANEL);
            var x1 = ShortVector.fromArray(SHORTS, panels, panel + i * PANEL + LANES);
            var a = ShortVector.broadcast(SHORTS, questions[at + i]);
            var b = ShortVector.broadcast(SHORTS, questions[at + dim + i]);
            var c = ShortVector.broadcast(SHORTS, questions[at + 2 * dim + i]);
            var d = ShortVector.broadcast(SHORTS, questions[at + 3 * dim + i]);
            a0 = a0.add(a.sub(x0).lanewise(VectorOperators.ABS));
            a1 = a1.add(a.sub(x1).lanewise(VectorOperators.ABS));
            b0 = b0.add(b.sub(x0).lanewise(VectorOperators.ABS));
            b1 = b1.add(b.sub(x1).lanewise(VectorOperators.ABS));
            c0 = c0.add(c.sub(x0).lanewise(VectorOperators.ABS));
            c1 = c1.add(c.sub(x1).lanewise(VectorOperators.ABS));
            d0 = d0.add(d.sub(x0).lanewise(VectorOperators.ABS));
            d1 = d1.add(d.sub(x1).lanewise(VectorOperators.ABS));
        }
        a0.intoArray(out, to);
        a1.intoArray(out, to + LANES);
        b0.intoArray(out, to + padded);
        b1.intoArray(out, to + padded + LANES);
        c0.intoArray(out, to + 2 * padded);
        c1.intoArray(out, to + 2 * padded + LANES);
        d0.intoArray(out, to + 3 * padded);
        d1.intoArray(out, to + 3 * padded + LANES);
    }

    /// Tells candidates apart by a distance: those that are surely nearer are counted, those that may be
    /// are listed.
    ///
    /// @param at where the question's distances begin
    /// @param off what [#round] said of the question
    /// @param unsure room for all candidates
    /// @return how many are surely nearer, in the upper half, and how many are unsure, in the lower
    long nearer(short[] distances, int at, double distance, double off, int[] unsure) {
        double middle = distance * scale + Short.MIN_VALUE;
        short low = (short) Math.clamp(Math.floor(middle - off), Short.MIN_VALUE, Short.MAX_VALUE);
        short high = (short) Math.clamp(Math.ceil(middle + off), Short.MIN_VALUE, Short.MAX_VALUE);
        int near = 0;
        int count = 0;
        for (int c = 0; c < candidates; c += LANES) {
            VectorMask<Short> there = SHORTS.indexInRange(c, candidates);
            var d = ShortVector.fromArray(SHORTS, distances, at + c);
            var below = d.compare(VectorOperators.LT, low).and(there);
            near += below.trueCount();
            var within = d.compare(VectorOperators.LE, high).and(there).andNot(below);
            for (long lanes = within.toLong(); lanes != 0; lanes &= lanes - 1) {
                unsure[count++] = c + Long.numberOfTrailingZeros(lanes);
            }
        }
        return (long) near << 32 | count;
    }

    /// How far vectors reach.
    private static final class Extent {
        private double longest; // Σ |x_i|
        private double largest; // |x_i|

        void see(double[] x, int at, int dim) {
            double sum = 0;
            for (int i = at; i < at + dim; i++) {
                sum += Math.abs(x[i]);
                largest = Math.max(largest, Math.abs(x[i]));
            }
            longest = Math.max(longest, sum);
        }
    }
}
