package dev.mokha.language.masking;

/// Ways of cutting a corpus into sequences for a model to read.
public sealed interface Sequences permits SentencePairs, FullSentences {
    /// The sequences of one pass over the corpus, in its order. Equal passes give equal sequences, on any
    /// number of threads; other passes cut and pair anew.
    ///
    /// @param pass from 0
    Plan plan(long pass);

    /// Where the sequences of a pass lie in the corpus: some 24 bytes each. The tokens are read when asked
    /// for.
    interface Plan {
        /// {@return how many sequences there are}
        int size();

        /// {@return the sequence of a number, from 0}
        Sequence sequence(int number);
    }
}
