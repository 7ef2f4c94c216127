package dev.mokha.language.rotary;

import org.jspecify.annotations.Nullable;

/// Rotary position embedding, [Su et al. 2021](https://arxiv.org/abs/2104.09864): pair `i` of a head turns by
/// `position · theta^(−2i / headDim)`, with the frequencies scaled for longer contexts.
///
/// Frequencies are rounded to float32 where transformers does so: at position 100,000 one float32 step in a
/// frequency is a hundredth of a radian.
///
/// @param theta the base of the wavelengths
/// @param scaling how the frequencies change for contexts longer than the first training's
public record Rope(double theta, Scaling scaling) {
    public Rope {
        if (!(theta > 1) || Double.isInfinite(theta)) {
            throw new IllegalArgumentException("rope_theta must be a finite number above 1, was " + theta);
        }
    }

    /// Unscaled.
    public static Rope plain(double theta) {
        return new Rope(theta, new Scaling.None());
    }

    /// What happens to the frequencies; the names are those of `rope_type`.
    public sealed interface Scaling {
        /// `default`: nothing.
        record None() implements Scaling {}

        /// `linear`: every frequency is divided by the factor, [Chen et al.
        /// 2023](https://arxiv.org/abs/2306.15595).
        record Linear(double factor) implements Scaling {
            public Linear {
                requireFactor(factor);
            }
        }

        /// `dynamic`: nothing up to `max_position_embeddings`. Beyond, the frequencies would depend on the
        /// length of the text, so that cached keys no longer fit; [RotaryTable] refuses such positions.
        record Dynamic(double factor) implements Scaling {
            public Dynamic {
                requireFactor(factor);
            }
        }

        /// `llama3`: long waves are divided by the factor, short ones kept, those between interpolated
        /// ([Grattafiori et al. 2024](https://arxiv.org/abs/2407.21783); the published `config.json` has
        /// the bounds).
        record Llama3(double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositionEmbeddings)
                implements Scaling {
            public Llama3 {
                requireFactor(factor);
                if (!(highFreqFactor > lowFreqFactor) || !(lowFreqFactor > 0)) {
                    throw new IllegalArgumentException("rope scaling needs 0 < low_freq_factor < high_freq_factor, not "
                            + lowFreqFactor + " and " + highFreqFactor);
                }
                requireOriginal(originalMaxPositionEmbeddings);
            }
        }

        /// `yarn`, [Peng et al. 2023](https://arxiv.org/abs/2309.00071).
        ///
        /// @param attentionFactor what cosines and sines are multiplied by; null computes
        ///     `0.1 ln(factor) + 1`, or the quotient of two such terms when both `mscale` are given
        record Yarn(
                double factor,
                int originalMaxPositionEmbeddings,
                double betaFast,
                double betaSlow,
                @Nullable Double attentionFactor,
                @Nullable Double mscale,
                @Nullable Double mscaleAllDim,
                boolean truncate)
                implements Scaling {
            public Yarn {
                requireFactor(factor);
                requireOriginal(originalMaxPositionEmbeddings);
                if (!(betaFast > betaSlow) || !(betaSlow > 0)) {
                    throw new IllegalArgumentException(
                            "rope scaling needs 0 < beta_slow < beta_fast, not " + betaSlow + " and " + betaFast);
                }
            }
        }

        private static void requireFactor(double factor) {
            if (!(factor >= 1) || Double.isInfinite(factor)) {
                throw new IllegalArgumentException("rope scaling needs a finite factor of at least 1, was " + factor);
            }
        }

        private static void requireOriginal(int positions) {
            if (positions < 1) {
                throw new IllegalArgumentException(
                        "rope scaling needs original_max_position_embeddings of at least 1, was " + positions);
            }
        }
    }

    /// {@return the angle by which each pair turns from one position to the next, `[headDim / 2]`}
    public float[] frequencies(int headDim) {
        float[] frequencies = new float[headDim / 2];
        for (int i = 0; i < frequencies.length; i++) {
            float exponent = 2f * i / headDim;
            frequencies[i] = 1f / (float) Math.pow(theta, exponent);
        }
        return switch (scaling) {
            case Scaling.None _, Scaling.Dynamic _ -> frequencies;
            case Scaling.Linear linear -> {
                for (int i = 0; i < frequencies.length; i++) {
                    frequencies[i] = (float) (frequencies[i] / linear.factor());
                }
                yield frequencies;
            }
            case Scaling.Llama3 llama3 -> {
                for (int i = 0; i < frequencies.length; i++) {
                    frequencies[i] = (float) scaled(llama3, frequencies[i]);
                }
                yield frequencies;
            }
            case Scaling.Yarn yarn -> yarn(yarn, frequencies);
        };
    }

    /// {@return what the scaling divides each frequency by, `[headDim / 2]`}
    /// @throws IllegalStateException of another scaling than `llama3`, which are not of that form
    public double[] divisors(int headDim) {
        if (!(scaling instanceof Scaling.Llama3 llama3)) {
            throw new IllegalStateException(scaling + " does not divide each frequency by a number of its own");
        }
        double[] divisors = new double[headDim / 2];
        for (int i = 0; i < divisors.length; i++) {
            double frequency = Math.pow(theta, -2.0 * i / headDim);
            divisors[i] = frequency / scaled(llama3, frequency);
        }
        return divisors;
    }

    /// {@return what the cosines and sines are multiplied by}
    public double attentionFactor() {
        if (!(scaling instanceof Scaling.Yarn yarn)) {
            return 1;
        }
        if (yarn.attentionFactor() != null) {
            return yarn.attentionFactor();
        }
        Double mscale = yarn.mscale();
        Double all = yarn.mscaleAllDim();
        return mscale != null && all != null && mscale != 0 && all != 0
                ? magnitude(yarn.factor(), mscale) / magnitude(yarn.factor(), all)
                : magnitude(yarn.factor(), 1);
    }

    private static double magnitude(double factor, double mscale) {
        return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
    }

    private static double scaled(Scaling.Llama3 by, double frequency) {
        double turns = by.originalMaxPositionEmbeddings() * frequency / (2 * Math.PI); // over the original context
        if (turns < by.lowFreqFactor()) {
            return frequency / by.factor();
        }
        if (turns > by.highFreqFactor()) {
            return frequency;
        }
        double smooth = (turns - by.lowFreqFactor()) / (by.highFreqFactor() - by.lowFreqFactor());
        return (1 - smooth) * frequency / by.factor() + smooth * frequency;
    }

    private float[] yarn(Scaling.Yarn by, float[] frequencies) {
        int headDim = 2 * frequencies.length;
        double low = pairThatTurns(by.betaFast(), headDim, by.originalMaxPositionEmbeddings());
        double high = pairThatTurns(by.betaSlow(), headDim, by.originalMaxPositionEmbeddings());
        if (by.truncate()) {
            low = Math.floor(low);
            high = Math.ceil(high);
        }
        low = Math.max(low, 0);
        high = Math.min(high, headDim - 1);
        float width = (float) (low == high ? 0.001 : high - low);
        float[] scaled = new float[frequencies.length];
        for (int i = 0; i < scaled.length; i++) {
            // In float32 and in this order, as transformers blends: 1 − (1 − x) is not x there.
            float kept = 1 - Math.clamp((i - (float) low) / width, 0f, 1f);
            float interpolated = (float) (frequencies[i] / by.factor());
            scaled[i] = interpolated * (1 - kept) + frequencies[i] * kept;
        }
        return scaled;
    }

    /// Which pair, counted as a real number, makes so many turns over the original context.
    private double pairThatTurns(double turns, int headDim, int positions) {
        return headDim * Math.log(positions / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
    }
}
