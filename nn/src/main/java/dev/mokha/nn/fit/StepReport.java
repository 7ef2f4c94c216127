package dev.mokha.nn.fit;

/// What one training step did.
///
/// @param step the number of steps taken, this one included
/// @param loss the mean loss over the step's batches
/// @param rate the learning rate
/// @param gradNorm the norm of all gradients before clipping
/// @param tokens the tokens seen since the run began
/// @param seconds the time spent since the run began, pauses between resumed parts left out
/// @param residentBytes the memory of the process
public record StepReport(
        long step, double loss, double rate, double gradNorm, long tokens, double seconds, long residentBytes) {}
