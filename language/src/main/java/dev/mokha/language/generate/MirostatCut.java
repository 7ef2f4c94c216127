package dev.mokha.language.generate;

/// Which tokens mirostat keeps ([Stage.Mirostat] has the formulas).
final class MirostatCut {
    /// The paper's m: how many of the likeliest tokens the exponent of Zipf's law is estimated from.
    private static final int ESTIMATED_FROM = 100;

    private final Largest largest;

    /// @param largest with which it finds them
    MirostatCut(Largest largest) {
        this.largest = largest;
    }

    /// {@return how many tokens version 1 keeps}
    int kept(LogitRow row, double scale, double limit) {
        int found = largest.find(row, Math.min(ESTIMATED_FROM, row.size()));
        double products = 0;
        double squares = 0;
        for (int i = 0; i + 1 < found; i++) {
            double rank = Math.log((i + 2.0) / (i + 1));
            double ratio = (row.at(largest.index(i)) - (double) row.at(largest.index(i + 1))) * scale;
            products += rank * ratio;
            squares += rank * rank;
        }
        double exponent = products / squares;
        double epsilon = exponent - 1;
        double vocab = row.size();
        double rest = Math.abs(epsilon) < 1e-9 ? 1 / Math.log(vocab) : epsilon / (1 - Math.pow(vocab, -epsilon));
        double kept = Math.pow(rest * Math.pow(2, limit), 1 / exponent);
        return Double.isNaN(kept) ? 1 : (int) Math.clamp(kept, 1, vocab); // of one token there is no exponent
    }
}
