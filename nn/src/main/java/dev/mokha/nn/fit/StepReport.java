package dev.mokha.nn.fit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What one training step did.
///
/// @param step the number of steps taken, this one included
/// @param loss the mean loss over the step's batches
/// @param rate the learning rate
/// @param gradNorm the norm of all gradients before clipping
/// @param tokens the tokens seen since the run began
/// @param seconds the time spent since the run began, pauses between resumed parts left out
/// @param residentBytes the memory of the process
/// @param figures what the task says beside the loss, the most telling first
public record StepReport(
        long step,
        double loss,
        double rate,
        double gradNorm,
        long tokens,
        double seconds,
        long residentBytes,
        Map<String, Double> figures) {
    public StepReport {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }
}
