package dev.mokha.serve.model;

import dev.mokha.serve.kernel.PackedMatrix;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The weights of a decoder's layer. Vectors are float32; biases and head norms are null where the family
/// has none.
record PackedLayer(
        MemorySegment attentionNorm,
        PackedMatrix query,
        PackedMatrix key,
        PackedMatrix value,
        @Nullable MemorySegment queryKeyValueBias,
        @Nullable MemorySegment queryNorm,
        @Nullable MemorySegment keyNorm,
        PackedMatrix output,
        @Nullable MemorySegment outputBias,
        MemorySegment mlpNorm,
        FeedForwardWeights feedForward) {}
