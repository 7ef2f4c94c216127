package dev.mokha.language.quantize;

/// A way to make a model lose less by rounding, from what its weights are multiplied with. What comes out is an
/// ordinary model.
public sealed interface Method permits Awq, Gptq, SmoothQuant {
    /// Works on one layer, whose inputs were seen after the layers before it were worked on.
    void layer(LayerWork work);
}
