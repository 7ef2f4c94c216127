package dev.mokha.language.corpus;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Draws rows from several sources in given proportions. Which source the n-th row comes from is drawn by
/// seed and n; each source then gives its own next row. A source that has gone through its `epochs` leaves
/// the mixture, and the others share its weight.
public final class Mixture {
    private final List<Part> parts;
    private final long seed;
    private final long[] taken;
    private final double[] favours;
    private long drawn;

    /// One source in a mixture.
    ///
    /// @param name what evaluations and logs call it
    /// @param rows its rows
    /// @param weight its share among the weights of all, above 0
    /// @param epochs how often its text may be seen; infinite for no limit
    public record Part(String name, Packing rows, double weight, double epochs) {
        public Part {
            if (!(weight > 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException("source '" + name + "' needs a weight above 0, was " + weight);
            }
            if (!(epochs > 0)) {
                throw new IllegalArgumentException("source '" + name + "' needs epochs above 0, was " + epochs);
            }
        }

        private boolean isUsedUp(long rowsTaken) {
            return rowsTaken >= epochs * rows.perPass();
        }
    }

    public Mixture(List<Part> parts, long seed) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("a mixture needs at least one source");
        }
        this.parts = List.copyOf(parts);
        this.seed = seed;
        this.taken = new long[parts.size()];
        this.favours = new double[parts.size()];
        Arrays.fill(favours, 1);
    }

    /// {@return the next row: `context + 1` tokens}
    /// @throws CorpusException when every source has gone through its epochs
    public int[] next() {
        int part = draw();
        int[] row = parts.get(part).rows().row(taken[part]);
        taken[part]++;
        drawn++;
        return row;
    }

    private int draw() {
        double total = 0;
        for (int i = 0; i < taken.length; i++) {
            total += parts.get(i).isUsedUp(taken[i]) ? 0 : weight(i);
        }
        if (total == 0) {
            throw new CorpusException(
                    "every source has gone through its epochs: " + report() + "; allow more, or train for fewer steps");
        }
        double point = new SplitMix(seed, drawn).unit() * total;
        int last = -1;
        for (int i = 0; i < taken.length; i++) {
            if (parts.get(i).isUsedUp(taken[i])) {
                continue;
            }
            last = i;
            point -= weight(i);
            if (point < 0) {
                return i;
            }
        }
        return last;
    }

    private double weight(int part) {
        return parts.get(part).weight() * favours[part];
    }

    /// Draws more of a source from here on: its weight is multiplied. Part of [#position].
    ///
    /// @param factor above 0
    /// @throws IllegalArgumentException when no source has the name
    public void favour(String name, double factor) {
        favours[part(name)] *= factor;
    }

    /// {@return a source's share among the weights of all, used up or not}
    public double share(String name) {
        double total = 0;
        for (int i = 0; i < taken.length; i++) {
            total += weight(i);
        }
        return weight(part(name)) / total;
    }

    private int part(String name) {
        for (int i = 0; i < taken.length; i++) {
            if (parts.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no source is called '" + name + "'; there are "
                + parts.stream().map(Part::name).toList());
    }

    /// {@return the number of rows in one pass over every source}
    public long perPass() {
        return parts.stream().mapToLong(part -> part.rows().perPass()).sum();
    }

    /// {@return how much of each source was seen, such as `english 0.31 epochs, arabic 1.02 epochs`}
    public String report() {
        var text = new StringBuilder();
        for (int i = 0; i < taken.length; i++) {
            text.append(i == 0 ? "" : ", ")
                    .append(parts.get(i).name())
                    .append(String.format(
                            Locale.ROOT,
                            " %.2f epochs",
                            (double) taken[i] / parts.get(i).rows().perPass()));
        }
        return text.toString();
    }

    /// {@return where the mixture stands: the rows taken from each source, and once one is favoured, by how
    /// much each is}
    public String position() {
        String rows = Arrays.stream(taken).mapToObj(Long::toString).collect(Collectors.joining(","));
        return Arrays.stream(favours).allMatch(favour -> favour == 1)
                ? rows
                : rows + ";" + Arrays.stream(favours).mapToObj(Double::toString).collect(Collectors.joining(","));
    }

    /// Continues from a position that an equal mixture gave.
    ///
    /// @throws IllegalArgumentException when the position is none of this mixture's
    public void restore(String position) {
        String[] halves = position.split(";", 2);
        String[] counts = halves[0].split(",", -1);
        if (counts.length != taken.length) {
            throw new IllegalArgumentException("position '" + position + "' is of a mixture of " + counts.length
                    + " sources, this one has " + taken.length);
        }
        drawn = 0;
        for (int i = 0; i < taken.length; i++) {
            taken[i] = Long.parseLong(counts[i]);
            if (taken[i] < 0) {
                throw new IllegalArgumentException("position '" + position + "' counts backwards");
            }
            drawn += taken[i];
        }
        Arrays.fill(favours, 1);
        if (halves.length > 1) {
            String[] kept = halves[1].split(",", -1);
            if (kept.length != favours.length) {
                throw new IllegalArgumentException("position '" + position + "' is damaged");
            }
            Arrays.setAll(favours, i -> Double.parseDouble(kept[i]));
        }
    }
}
