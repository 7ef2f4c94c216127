package dev.mokha.nn.metric;

/// A weighted running mean, `Σ wᵢ xᵢ / Σ wᵢ`. Summed with Neumaier's compensation, so that millions of small values
/// do not lose digits.
public final class Mean {
    private final Sum values = new Sum();
    private final Sum weights = new Sum();

    /// Takes a value in with weight 1.
    public void add(double value) {
        add(value, 1);
    }

    /// Takes a value in; a weight of 0 leaves the mean as it is, whatever the value.
    ///
    /// @throws IllegalArgumentException for a negative weight
    public void add(double value, double weight) {
        if (!(weight >= 0)) {
            throw new IllegalArgumentException("a weight must be 0 or more, was " + weight);
        }
        if (weight > 0) {
            values.add(value * weight);
            weights.add(weight);
        }
    }

    /// {@return the mean; NaN when nothing was taken in}
    public double value() {
        return values.value() / weights.value();
    }

    /// {@return the sum of the weights taken in}
    public double weight() {
        return weights.value();
    }

    /// A sum that carries its rounding errors along
    /// ([Neumaier 1974](https://doi.org/10.1002/zamm.19740540106)).
    private static final class Sum {
        private double sum;
        private double lost;

        void add(double value) {
            double next = sum + value;
            lost += Math.abs(sum) >= Math.abs(value) ? (sum - next) + value : (value - next) + sum;
            sum = next;
        }

        double value() {
            return Double.isFinite(lost) ? sum + lost : sum;
        }
    }
}
