package dev.mokha.serve.kernel;

/// How exactly products are computed. Weights are what they are; this is about the other factor, and costs or
/// saves time where many rows share the weights (prompts, many users). One row at a time is bound by memory,
/// and equally fast in all.
public enum Arithmetic {
    /// Float32 with float weights, 16-bit whole numbers with quantised ones. A row's numbers depend on
    /// nothing but itself: whatever the batch, the cutting of prompts, the prefix cache, or speculation,
    /// answers are the same.
    EXACT,
    /// As [#EXACT], but prompts in bfloat16 with all weights but float32, where the processor has it.
    BALANCED,
    /// As [#BALANCED], but 8-bit whole numbers with quantised weights, as llama.cpp does, for prompts and
    /// answers.
    FAST;

    /// {@return the bits of activations with quantised weights}
    int bits() {
        return this == FAST ? 8 : 16;
    }
}
