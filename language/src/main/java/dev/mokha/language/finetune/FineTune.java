package dev.mokha.language.finetune;

import dev.mokha.nn.LoRA;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.RateRule;
import dev.mokha.nn.optim.Schedule;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How an encoder is fine-tuned: the recipe of [Devlin et al. 2019, §A.3](https://arxiv.org/abs/1810.04805)
/// with its choices open. The rate rises in a line over the first `warmup` of all steps and falls in a line
/// to 0; decay acts on matrices; dropout is what the model's configuration says.
///
/// @param fromScratch whether the encoder is drawn anew too, and of the folder only the shape and the tokenizer count:
///     what the same fine-tuning gives without pretraining
/// @param rate the peak learning rate
/// @param epochs passes over the examples
/// @param batch examples in a step
/// @param warmup the share of steps over which the rate rises
/// @param weightDecay the decoupled decay of matrices
/// @param clip the largest norm of gradients let through
/// @param biasCorrection whether early moments are scaled up: the cure for unlucky runs on small sets
///     ([Mosbach et al. 2021](https://arxiv.org/abs/2006.04884)); the BERT authors' code does not
/// @param maxLength tokens of a sequence at most, special ones included
/// @param seed draws the head, dropout and the order of examples
/// @param weights how much each class counts
/// @param smoothing of labels, see [dev.mokha.nn.Loss]
/// @param layerDecay the factor of the rate from each layer to the one below it; 1 for one rate
/// @param lora adapts the encoder in place of training it; null trains all of it
/// @param distillation a teacher whose answers count beside the labels; null for none
/// @param patience ends a run after so many epochs without a better score; 0 for never
/// @param keepBest whether the weights of the epoch with the best score are kept, and not the last
/// @param precision what products run in
public record FineTune(
        boolean fromScratch,
        double rate,
        double epochs,
        int batch,
        double warmup,
        double weightDecay,
        double clip,
        boolean biasCorrection,
        int maxLength,
        long seed,
        ClassWeights weights,
        double smoothing,
        double layerDecay,
        @Nullable LoRA lora,
        @Nullable Distillation distillation,
        int patience,
        boolean keepBest,
        Fit.Precision precision) {
    public FineTune {
        if (!(rate > 0) || !(epochs > 0) || batch < 1) {
            throw new IllegalArgumentException(
                    "rate, epochs and batch must be above 0, were " + rate + ", " + epochs + ", " + batch);
        }
        if (!(warmup >= 0 && warmup <= 1) || !(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException(
                    "warm-up and smoothing are shares from 0 to 1, were " + warmup + " and " + smoothing);
        }
        if (maxLength < 3 || patience < 0) {
            throw new IllegalArgumentException("the length must be 3 tokens or more and patience 0 or more, were "
                    + maxLength + " and " + patience);
        }
        if (fromScratch && lora != null) {
            throw new IllegalArgumentException(
                    "LoRA leaves the encoder as it is, so one drawn anew would learn nothing;"
                            + " train from scratch or with LoRA");
        }
    }

    /// Batch 32, 3 epochs, warm-up 0.1, decay 0.01, clipped at norm 1, 128 tokens, seed 42, with bias
    /// correction.
    public static FineTune standard() {
        return new FineTune(
                false,
                3e-5,
                3,
                32,
                0.1,
                0.01,
                1,
                true,
                128,
                42,
                new ClassWeights.Even(),
                0,
                1,
                null,
                null,
                0,
                false,
                Fit.Precision.FLOAT32);
    }

    /// {@return the recipe at another point of a grid}
    public FineTune at(double rate, int batch, double epochs, long seed) {
        return new FineTune(
                fromScratch,
                rate,
                epochs,
                batch,
                warmup,
                weightDecay,
                clip,
                biasCorrection,
                maxLength,
                seed,
                weights,
                smoothing,
                layerDecay,
                lora,
                distillation,
                patience,
                keepBest,
                precision);
    }

    /// {@return the same with an encoder that is drawn anew}
    public FineTune withFromScratch() {
        return new FineTune(
                true,
                rate,
                epochs,
                batch,
                warmup,
                weightDecay,
                clip,
                biasCorrection,
                maxLength,
                seed,
                weights,
                smoothing,
                layerDecay,
                lora,
                distillation,
                patience,
                keepBest,
                precision);
    }

    /// {@return a name for a folder: `lr3e-05-b32-e3-s42`}
    public String name() {
        String passes = epochs == Math.rint(epochs) ? Long.toString((long) epochs) : Double.toString(epochs);
        return "lr" + rateText() + "-b" + batch + "-e" + passes + "-s" + seed;
    }

    /// {@return the rate as people write it: `3e-05`}
    public String rateText() {
        return String.format(Locale.ROOT, "%.3e", rate).replaceFirst("0*e", "e").replace(".e", "e");
    }

    /// {@return the optimiser's constants for an encoder of so many layers}
    AdamW.Config optimizer(int layers) {
        return AdamW.Config.bert()
                .withBiasCorrection(biasCorrection)
                .withWeightDecay(weightDecay)
                .withRates(layerDecay == 1 ? RateRule.even() : RateRule.layers(layers, layerDecay));
    }

    /// {@return the schedule of so many steps}
    Schedule schedule(long steps) {
        return new Schedule.WarmupLinear(rate, 0, Math.round(warmup * steps), steps);
    }

    /// {@return the settings in words, for `run.json` and the report}
    public Map<String, Object> describe() {
        Map<String, Object> words = new TreeMap<>();
        words.put("from_scratch", fromScratch);
        words.put("rate", rate);
        words.put("epochs", epochs);
        words.put("batch", batch);
        words.put("warmup", warmup);
        words.put("weight_decay", weightDecay);
        words.put("clip", clip);
        words.put("bias_correction", biasCorrection);
        words.put("max_length", maxLength);
        words.put("seed", seed);
        words.put("class_weights", weights.toString());
        words.put("smoothing", smoothing);
        words.put("layer_decay", layerDecay);
        words.put("lora", String.valueOf(lora));
        words.put("distillation", String.valueOf(distillation));
        words.put("patience", patience);
        words.put("keep_best", keepBest);
        words.put("precision", precision.name());
        return words;
    }
}
