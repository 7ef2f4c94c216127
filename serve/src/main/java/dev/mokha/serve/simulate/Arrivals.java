package dev.mokha.serve.simulate;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.AhrensDieterMarsagliaTsangGammaSampler;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/// When requests come.
public sealed interface Arrivals {
    /// {@return the mean number of requests in a second}
    double rate();

    /// {@return the times between one request and the next, in seconds}
    ContinuousSampler gaps(UniformRandomProvider random);

    /// {@return arrivals as these, so many times as often}
    Arrivals times(double factor);

    /// Each on its own: exponential gaps.
    record Poisson(double rate) implements Arrivals {
        public Poisson {
            requirePositive(rate);
        }

        @Override
        public ContinuousSampler gaps(UniformRandomProvider random) {
            return ZigguratSampler.Exponential.of(random, 1 / rate);
        }

        @Override
        public Arrivals times(double factor) {
            return new Poisson(rate * factor);
        }
    }

    /// In bursts: gaps of a gamma distribution, whose standard deviation is `variation` times their mean (as
    /// [BurstGPT](https://arxiv.org/abs/2401.17644) fits its trace); 1 is Poisson.
    record Bursts(double rate, double variation) implements Arrivals {
        public Bursts {
            requirePositive(rate);
            requirePositive(variation);
        }

        @Override
        public ContinuousSampler gaps(UniformRandomProvider random) {
            double shape = 1 / (variation * variation);
            return AhrensDieterMarsagliaTsangGammaSampler.of(random, shape, 1 / (rate * shape));
        }

        @Override
        public Arrivals times(double factor) {
            return new Bursts(rate * factor, variation);
        }
    }

    /// Poisson arrivals for `onSeconds` on average, then none for `offSeconds` on average; both exponential.
    ///
    /// @param rate over all
    record OnOff(double rate, double onSeconds, double offSeconds) implements Arrivals {
        public OnOff {
            requirePositive(rate);
            requirePositive(onSeconds);
            requirePositive(offSeconds);
        }

        @Override
        public ContinuousSampler gaps(UniformRandomProvider random) {
            double rateWhenOn = rate * (onSeconds + offSeconds) / onSeconds;
            ContinuousSampler gap = ZigguratSampler.Exponential.of(random, 1 / rateWhenOn);
            ContinuousSampler on = ZigguratSampler.Exponential.of(random, onSeconds);
            ContinuousSampler off = ZigguratSampler.Exponential.of(random, offSeconds);
            return new ContinuousSampler() {
                private double left = on.sample();

                @Override
                public double sample() {
                    double seconds = 0;
                    double wanted = gap.sample();
                    while (wanted > left) {
                        seconds += left + off.sample();
                        wanted -= left;
                        left = on.sample();
                    }
                    left -= wanted;
                    return seconds + wanted;
                }
            };
        }

        @Override
        public Arrivals times(double factor) {
            return new OnOff(rate * factor, onSeconds, offSeconds);
        }
    }

    private static void requirePositive(double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("rates, variations and times are above 0, unlike " + value);
        }
    }
}
