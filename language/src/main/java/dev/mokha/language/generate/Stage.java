package dev.mokha.language.generate;

/// A step of the [Chain] from logits to the draw: it changes the probabilities, or cuts tokens off. A cut never
/// takes the last token.
public sealed interface Stage {
    /// What it is; the order of the constants is the order in which stages stand where none is asked for.
    enum Kind {
        TEMPERATURE,
        TOP_N_SIGMA,
        TOP_K,
        TOP_P,
        MIN_P,
        TYPICAL,
        XTC,
        MIROSTAT
    }

    /// {@return what it is}
    Kind kind();

    /// {@return whether it changes nothing, so that it can be left out}
    boolean idle();

    /// Divides the logits.
    ///
    /// @param value 0 takes the likeliest token, of equal ones the smallest id, whatever else is asked for
    record Temperature(double value) implements Stage {
        public Temperature {
            if (!(value >= 0) || Double.isInfinite(value)) {
                throw new IllegalArgumentException("the temperature must be finite and at least 0, was " + value);
            }
        }

        @Override
        public Kind kind() {
            return Kind.TEMPERATURE;
        }

        @Override
        public boolean idle() {
            return value == 1;
        }
    }

    /// Keeps the tokens whose logit is at most `n` standard deviations of all logits below the largest
    /// ([Tang et al. 2024](https://arxiv.org/abs/2411.07641)). Tokens that a mask has taken do not count.
    ///
    /// @param n 0 for all
    record TopNSigma(double n) implements Stage {
        public TopNSigma {
            if (!(n >= 0) || Double.isInfinite(n)) {
                throw new IllegalArgumentException("top-n-sigma must be finite and at least 0 (0 for all), was " + n);
            }
        }

        @Override
        public Kind kind() {
            return Kind.TOP_N_SIGMA;
        }

        @Override
        public boolean idle() {
            return n == 0;
        }
    }

    /// Keeps the `k` likeliest tokens; of equal ones the smaller ids.
    ///
    /// @param k 0 for all
    record TopK(int k) implements Stage {
        public TopK {
            if (k < 0) {
                throw new IllegalArgumentException("top-k must be at least 0 (0 for all), was " + k);
            }
        }

        @Override
        public Kind kind() {
            return Kind.TOP_K;
        }

        @Override
        public boolean idle() {
            return k == 0;
        }
    }

    /// Keeps the likeliest tokens that together reach the probability `p`
    /// ([Holtzman et al. 2019](https://arxiv.org/abs/1904.09751)).
    ///
    /// @param p 1 for all
    record TopP(double p) implements Stage {
        public TopP {
            if (!(p > 0 && p <= 1)) {
                throw new IllegalArgumentException("top-p lies in (0, 1], not " + p);
            }
        }

        @Override
        public Kind kind() {
            return Kind.TOP_P;
        }

        @Override
        public boolean idle() {
            return p == 1;
        }
    }

    /// Keeps the tokens with at least the share `p` of the likeliest one's probability
    /// ([Nguyen et al. 2024](https://arxiv.org/abs/2407.01082)).
    ///
    /// @param p 0 for all
    record MinP(double p) implements Stage {
        public MinP {
            if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException("min-p lies in [0, 1], not " + p);
            }
        }

        @Override
        public Kind kind() {
            return Kind.MIN_P;
        }

        @Override
        public boolean idle() {
            return p == 0;
        }
    }

    /// Keeps the tokens whose surprise is nearest to the expected one, the entropy, until they together reach
    /// the probability `p`: locally typical sampling
    /// ([Meister et al. 2022](https://arxiv.org/abs/2202.00666)).
    ///
    /// @param p 1 for all
    record Typical(double p) implements Stage {
        public Typical {
            if (!(p > 0 && p <= 1)) {
                throw new IllegalArgumentException("typical lies in (0, 1], not " + p);
            }
        }

        @Override
        public Kind kind() {
            return Kind.TYPICAL;
        }

        @Override
        public boolean idle() {
            return p == 1;
        }
    }

    /// Excludes the top choices, for livelier text: with the chance `probability`, when several tokens have
    /// at least the probability `threshold`, all of these but the least likely are cut off
    /// ([Weidmann 2024](https://github.com/oobabooga/text-generation-webui/pull/6335)).
    ///
    /// @param probability 0 for never
    /// @param threshold above 0.5 no two tokens can reach it
    record Xtc(double probability, double threshold) implements Stage {
        public Xtc {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException("the probability of XTC lies in [0, 1], not " + probability);
            }
            if (!(threshold > 0 && threshold <= 1)) {
                throw new IllegalArgumentException("the threshold of XTC lies in (0, 1], not " + threshold);
            }
        }

        @Override
        public Kind kind() {
            return Kind.XTC;
        }

        @Override
        public boolean idle() {
            return probability == 0 || threshold > 0.5;
        }
    }

    /// Holds the surprise of the text, the mean of −log₂ p of its tokens, near a target
    /// ([Basu et al. 2020](https://arxiv.org/abs/2007.14966)). It stands in place of all cuts.
    ///
    /// A limit μ begins at `2 · target` and loses `rate · (surprise − target)` with each token. Version 1
    /// keeps the `k` likeliest tokens, `k = (ε 2^μ / (1 − N^−ε))^(1/s)` rounded down, with ε = s − 1, N the
    /// vocabulary and s the exponent of Zipf's law over the 100 likeliest (the paper's algorithm 1); version
    /// 2 keeps those whose surprise is at most μ. The surprise is that of the chosen token before this cut,
    /// as in the paper; llama.cpp takes it after.
    ///
    /// @param target in bits
    record Mirostat(Version version, double target, double rate) implements Stage {
        /// How the limit is turned into a cut.
        public enum Version {
            ONE,
            TWO
        }

        public Mirostat {
            if (!(target > 0) || Double.isInfinite(target)) {
                throw new IllegalArgumentException(
                        "the target of mirostat is a positive number of bits, not " + target);
            }
            if (!(rate > 0 && rate <= 1)) {
                throw new IllegalArgumentException("the rate of mirostat lies in (0, 1], not " + rate);
            }
        }

        @Override
        public Kind kind() {
            return Kind.MIROSTAT;
        }

        @Override
        public boolean idle() {
            return false;
        }
    }
}
