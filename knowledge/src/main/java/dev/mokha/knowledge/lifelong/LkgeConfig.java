package dev.mokha.knowledge.lifelong;

/// How LKGE trains.
///
/// @param mode the program's ways or the paper's
/// @param dim how long vectors are
/// @param margin γ
/// @param negatives of each positive
/// @param batchSize positives a step
/// @param rate Adam's, which begins anew in each snapshot
/// @param alpha weight of the regulariser; 0 leaves it out
/// @param beta weight of the autoencoder; 0 leaves it out
/// @param transfer whether new rows begin as the autoencoder rebuilds them from what they stand beside
/// @param epochs at most, in a snapshot
/// @param patience how many epochs without a better validation end a snapshot; a better one takes back five
/// @param seed equal seeds give equal results on one machine and thread count
public record LkgeConfig(
        Mode mode,
        int dim,
        double margin,
        int negatives,
        int batchSize,
        double rate,
        double alpha,
        double beta,
        boolean transfer,
        int epochs,
        int patience,
        long seed) {

    public LkgeConfig {
        require(dim, "dim");
        require(negatives, "negatives");
        require(batchSize, "batchSize");
        require(epochs, "epochs");
        require(patience, "patience");
        if (!(rate > 0) || !(margin > 0) || !(alpha >= 0) || !(beta >= 0)) {
            throw new IllegalArgumentException(
                    "rate and margin are above 0, alpha and beta not below, not %s, %s, %s and %s"
                            .formatted(rate, margin, alpha, beta));
        }
    }

    private static void require(int number, String name) {
        if (number < 1) {
            throw new IllegalArgumentException(name + " is 1 or more, not " + number);
        }
    }

    /// The settings of the authors' program; β is 1 on their set FACT and 0.1 on the others.
    public static LkgeConfig official(double beta, long seed) {
        return new LkgeConfig(Mode.CODE, 200, 8, 10, 2048, 1e-4, 0.01, beta, false, 200, 3, seed);
    }

    /// {@return the same without autoencoder and regulariser: plain fine-tuning}
    public LkgeConfig fineTune() {
        return new LkgeConfig(mode, dim, margin, negatives, batchSize, rate, 0, 0, false, epochs, patience, seed);
    }

    /// {@return the same with another limit of epochs}
    public LkgeConfig withEpochs(int epochs) {
        return new LkgeConfig(
                mode, dim, margin, negatives, batchSize, rate, alpha, beta, transfer, epochs, patience, seed);
    }
}
