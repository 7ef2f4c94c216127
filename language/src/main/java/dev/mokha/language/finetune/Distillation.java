package dev.mokha.language.finetune;

import java.nio.file.Path;

/// Learning from a fine-tuned teacher beside the labels, [Hinton et al.
/// 2015](https://arxiv.org/abs/1503.02531): the loss is `α T² KL(softmax(t / T) ‖ softmax(s / T)) + (1 − α)
/// · loss of labels`; for a regression the first part is the mean squared difference of both numbers.
///
/// @param teacher a folder that was fine-tuned for the same labels
/// @param temperature T: above 1 the teacher's small probabilities count more
/// @param alpha the teacher's share
public record Distillation(Path teacher, double temperature, double alpha) {
    public Distillation {
        if (!(temperature > 0) || Double.isInfinite(temperature) || !(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("distillation needs a temperature above 0 and an alpha from 0 to 1, not "
                    + temperature + " and " + alpha);
        }
    }
}
