package dev.mokha.cli;

import dev.mokha.language.pretrain.MaskedPretrain;
import dev.mokha.nn.optim.AdamW;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A published recipe of pretraining: what options are that were not given.
///
/// @param name on the command line
/// @param shape of a fresh model
/// @param maskedRate the share of tokens to predict
/// @param rate the peak learning rate
/// @param warmup the share of the steps from 0 to the peak
/// @param clip the largest gradient norm let through
record EncoderPreset(
        String name, String shape, double maskedRate, double rate, double warmup, double clip, AdamW.Config optimizer) {
    private static final int LENGTH = 128;

    /// [Geiping and Goldstein 2022](https://arxiv.org/abs/2212.14034): no next-sentence prediction, no dropout, a
    /// triangle of learning rates, sequences of 128 tokens in batches that grow. Their 16 pre-norm layers with
    /// gated GELU and without biases are those of ModernBERT with every layer global; positions are rotary here
    /// and scaled sinusoids there.
    static EncoderPreset cramming() {
        return new EncoderPreset(
                "cramming",
                "modernbert:16x768",
                0.25,
                1e-3,
                0.5,
                0.5,
                AdamW.Config.standard().withBetas(0.9, 0.98).withEps(1e-12).withWeightDecay(0.01));
    }

    static final class Converter implements ITypeConverter<EncoderPreset> {
        @Override
        public EncoderPreset convert(String text) {
            if (text.equals("cramming")) {
                return cramming();
            }
            throw new TypeConversionException("'" + text + "' is no preset; there is cramming");
        }
    }

    /// {@return a quarter of the batch for a quarter of the steps, half of it for a quarter, all for the rest}
    PhaseList phases(int batch) {
        return new PhaseList(List.of(
                new MaskedPretrain.Share(LENGTH, Math.max(1, batch / 4), 0.25),
                new MaskedPretrain.Share(LENGTH, Math.max(1, batch / 2), 0.25),
                new MaskedPretrain.Share(LENGTH, batch, 0.5)));
    }

    /// As it is written on the command line, which is how `run.json` records it.
    @Override
    public String toString() {
        return name;
    }
}
