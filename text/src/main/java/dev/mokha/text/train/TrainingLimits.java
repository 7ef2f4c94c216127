package dev.mokha.text.train;

/// Where BPE training stops.
///
/// @param vocabSize pieces in all, special tokens and single symbols included
/// @param minFrequency a pair has to occur this often to be merged
/// @param maxPieceLength the symbols (bytes or characters) that a piece may have at most
public record TrainingLimits(int vocabSize, long minFrequency, int maxPieceLength) {
    public TrainingLimits {
        if (vocabSize < 1) {
            throw new IllegalArgumentException("vocabSize is " + vocabSize + "; it has to be 1 or more");
        }
        if (minFrequency < 1) {
            throw new IllegalArgumentException("minFrequency is " + minFrequency + "; it has to be 1 or more");
        }
        if (maxPieceLength < 1) {
            throw new IllegalArgumentException("maxPieceLength is " + maxPieceLength + "; it has to be 1 or more");
        }
    }

    /// Pairs that occur twice or more, pieces of any length.
    public static TrainingLimits of(int vocabSize) {
        return new TrainingLimits(vocabSize, 2, Integer.MAX_VALUE);
    }

    public TrainingLimits withMinFrequency(long frequency) {
        return new TrainingLimits(vocabSize, frequency, maxPieceLength);
    }

    public TrainingLimits withMaxPieceLength(int length) {
        return new TrainingLimits(vocabSize, minFrequency, length);
    }

    /// {@return how many pieces are left to learn once `taken` are there}
    int leftAfter(int taken) {
        if (taken > vocabSize) {
            throw new IllegalArgumentException("vocabSize is " + vocabSize + ", but special tokens and single symbols"
                    + " alone are " + taken + "; ask for more, or for a smaller alphabet");
        }
        return vocabSize - taken;
    }
}
