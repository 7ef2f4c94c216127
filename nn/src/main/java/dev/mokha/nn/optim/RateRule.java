package dev.mokha.nn.optim;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Says what share of the learning rate a parameter gets.
@FunctionalInterface
public interface RateRule {
    /// {@return the factor of the rate}
    /// @param name the parameter's full name, such as `bert.encoder.layer.3.output.dense.weight`
    double share(String name);

    /// The same rate for all.
    static RateRule even() {
        return new Even();
    }

    /// The rule of [#even].
    record Even() implements RateRule {
        @Override
        public double share(String name) {
            return 1;
        }
    }

    /// Layers far from the output learn more slowly: with `decay` d and n layers, layer i gets `d^(n - i)`,
    /// the embeddings `d^(n + 1)`, and everything else, such as a head, 1
    /// ([Clark et al. 2020, appendix B](https://arxiv.org/abs/2003.10555); a plain form of
    /// [Howard and Ruder 2018, §3.2](https://arxiv.org/abs/1801.06146)).
    ///
    /// A parameter belongs to layer i when `layer.i.` or `layers.i.` stands in its name, and to the embeddings when
    /// `embed` does.
    static RateRule layers(int count, double decay) {
        return new Layers(count, decay);
    }

    /// The rule of [#layers].
    ///
    /// @param count how many layers
    /// @param decay from one layer to the one before
    record Layers(int count, double decay) implements RateRule {
        private static final Pattern LAYER = Pattern.compile("\\blayers?\\.(\\d{1,6})\\.");

        public Layers {
            if (!(decay > 0 && decay <= 1)) {
                throw new IllegalArgumentException("layer-wise decay must lie in (0, 1], was " + decay);
            }
        }

        @Override
        public double share(String name) {
            Matcher found = LAYER.matcher(name);
            if (found.find()) {
                return Math.pow(decay, count - Integer.parseInt(found.group(1)));
            }
            return name.contains("embed") ? Math.pow(decay, count + 1) : 1;
        }
    }

    /// {@return the share, if it is one}
    static double checked(String name, double share) {
        if (!(share >= 0) || Double.isInfinite(share)) {
            throw new IllegalArgumentException("the rate's share of '" + name + "' must be 0 or more, was " + share);
        }
        return share;
    }
}
