package dev.mokha.language.embed;

import java.util.List;

/// The vectors of a text's tokens in chosen layers, as `extract_features.py` of google-research/bert gives them.
///
/// @param tokens the pieces, special ones included
/// @param layers one entry for each layer asked for, in that order
public record TokenFeatures(List<String> tokens, List<Layer> layers) {
    public TokenFeatures {
        tokens = List.copyOf(tokens);
        layers = List.copyOf(layers);
    }

    /// One layer's vectors.
    ///
    /// @param index as it was asked for: 0 is the first layer, -1 the last
    /// @param vectors one for each token
    public record Layer(int index, List<float[]> vectors) {
        public Layer {
            vectors = List.copyOf(vectors);
        }
    }
}
