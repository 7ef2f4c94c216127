package dev.mokha.serve.encode;

import dev.mokha.serve.schedule.QueueLimits;
import dev.mokha.tensor.Device;

/// How encoders are served.
///
/// @param batchTokens tokens that one pass of a model reads at most; a longer text has a pass to itself
/// @param queue how much waits
/// @param int8 whether the layers' weights are kept in 8-bit integers
/// @param device where they compute
public record EncodeOptions(int batchTokens, QueueLimits queue, boolean int8, Device device) {
    /// 2,048 tokens a pass, and the usual queue.
    public static final EncodeOptions DEFAULT = new EncodeOptions(2048, QueueLimits.DEFAULT, false, Device.CPU);

    public EncodeOptions {
        if (batchTokens < 1) {
            throw new IllegalArgumentException("a pass reads at least 1 token, not " + batchTokens);
        }
    }

    /// {@return the same with passes of at most so many tokens}
    public EncodeOptions withBatchTokens(int batchTokens) {
        return new EncodeOptions(batchTokens, queue, int8, device);
    }

    /// {@return the same with another queue}
    public EncodeOptions withQueue(QueueLimits queue) {
        return new EncodeOptions(batchTokens, queue, int8, device);
    }

    /// {@return the same with weights in 8-bit integers, or not}
    public EncodeOptions withInt8(boolean int8) {
        return new EncodeOptions(batchTokens, queue, int8, device);
    }
}
