package dev.mokha.serve.model;

/// Lets a decoder leave off where it is sure: a row that continues an answer, and whose likeliest token has a
/// probability of at least `above` behind some layers, goes no further. What the others would have kept of it
/// is made from what it was there. Answers change; nothing says by how much but a measurement.
///
/// Schuster et al. 2022, [CALM](https://arxiv.org/abs/2207.07061), §3.2 (softmax response) and §3.1 (state
/// propagation).
///
/// @param layers behind which it is asked
/// @param above between 0 and 1
public record EarlyExit(int layers, double above) {
    public EarlyExit {
        if (layers < 1) {
            throw new IllegalArgumentException("rows can leave behind at least one layer, not " + layers);
        }
        if (!(above > 0 && above <= 1)) {
            throw new IllegalArgumentException("a probability to leave at lies above 0 and up to 1, unlike " + above);
        }
    }

    /// @throws UnfitOptionException where a model has no more layers than those
    public void check(int layers) {
        if (this.layers >= layers) {
            throw new UnfitOptionException(
                    "tokens leave before the last of the model's " + layers + " layers, not behind " + this.layers);
        }
    }
}
