package dev.mokha.serve.draft;

import java.nio.file.Path;

/// Where drafts come from. Whatever they are, the text stays the same: the model itself chooses at every place,
/// and a draft counts while it is what was chosen.
///
/// Leviathan et al. 2023, [Fast Inference from Transformers via Speculative
/// Decoding](https://arxiv.org/abs/2211.17192).
public sealed interface Draft {
    /// What followed the last tokens where they stood before, in the prompt or the answer: see [PromptLookup].
    record Lookup() implements Draft {}

    /// A smaller model of the same vocabulary.
    ///
    /// @param path a Hugging Face folder or a GGUF file
    record Model(Path path) implements Draft {}

    /// The model's own first layers, its last norm and its head: see
    /// [Zhang et al. 2024](https://arxiv.org/abs/2309.08168) and
    /// [Elhoushi et al. 2024](https://arxiv.org/abs/2404.16710).
    ///
    /// @param layers how many, fewer than the model has
    record EarlyLayers(int layers) implements Draft {
        public EarlyLayers {
            if (layers < 1) {
                throw new IllegalArgumentException("drafts come from at least one layer, not " + layers);
            }
        }
    }
}
