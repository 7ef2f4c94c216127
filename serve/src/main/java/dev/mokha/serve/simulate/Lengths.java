package dev.mokha.serve.simulate;

import java.util.function.IntSupplier;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;
import org.apache.commons.rng.sampling.distribution.LogNormalSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/// How many tokens a prompt or an answer has.
public sealed interface Lengths {
    /// {@return lengths, drawn one after another}
    IntSupplier draw(UniformRandomProvider random);

    /// {@return the most there can be}
    int most();

    /// Always as many.
    record Fixed(int tokens) implements Lengths {
        public Fixed {
            requirePositive(tokens);
        }

        @Override
        public IntSupplier draw(UniformRandomProvider random) {
            return () -> tokens;
        }

        @Override
        public int most() {
            return tokens;
        }
    }

    /// All of a range alike.
    record Uniform(int least, int most) implements Lengths {
        public Uniform {
            requirePositive(least);
            if (most < least) {
                throw new IllegalArgumentException("the most is " + most + " and the least is " + least);
            }
        }

        @Override
        public IntSupplier draw(UniformRandomProvider random) {
            return () -> random.nextInt(least, most + 1);
        }
    }

    /// Log-normal, as chats are: half have more than the median, a few have many.
    ///
    /// @param median of all
    /// @param spread standard deviation of the logarithm: 1 puts 2 of 3 between median / e and median · e
    /// @param most that are drawn: longer ones are cut
    record LogNormal(double median, double spread, int most) implements Lengths {
        public LogNormal {
            requirePositive(most);
            if (!(median > 0 && spread >= 0)) {
                throw new IllegalArgumentException(
                        "a median is above 0 and a spread not negative, unlike " + median + " and " + spread);
            }
        }

        @Override
        public IntSupplier draw(UniformRandomProvider random) {
            ContinuousSampler sampler =
                    LogNormalSampler.of(ZigguratSampler.NormalizedGaussian.of(random), Math.log(median), spread);
            return () -> Math.clamp(Math.round(sampler.sample()), 1, most);
        }
    }

    /// {@return what a text names: `512`, `64-1024`, or `lognormal:MEDIAN:SPREAD[:MOST]`}
    static Lengths parse(String text) {
        try {
            if (text.startsWith("lognormal:")) {
                String[] parts = text.split(":", -1);
                int most = parts.length > 3 ? Integer.parseInt(parts[3]) : 32_768;
                if (parts.length < 3 || parts.length > 4) {
                    throw new NumberFormatException("parts: " + parts.length);
                }
                return new LogNormal(Double.parseDouble(parts[1]), Double.parseDouble(parts[2]), most);
            }
            int dash = text.indexOf('-');
            return dash < 0
                    ? new Fixed(Integer.parseInt(text))
                    : new Uniform(
                            Integer.parseInt(text.substring(0, dash)), Integer.parseInt(text.substring(dash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' names no lengths: give 512, 64-1024 or lognormal:MEDIAN:SPREAD[:MOST]", e);
        }
    }

    private static void requirePositive(int tokens) {
        if (tokens < 1) {
            throw new IllegalArgumentException("a length is at least 1, not " + tokens);
        }
    }
}
