package dev.mokha.language.masking;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/// A vocabulary and corpora in which every token tells where it is from.
final class Toy {
    static final int CLS = 2;
    static final int SEP = 3;
    static final int MASK = 4;
    static final int FIRST = 5;

    private Toy() {}

    /// Ids from 5 on are words; each third goes on with the word before.
    static Pieces pieces(int vocab) {
        var continuing = new BitSet();
        for (int id = FIRST; id < vocab; id += 3) {
            continuing.set(id);
        }
        return Pieces.of(new Pieces.Special(CLS, SEP, MASK), vocab, continuing);
    }

    /// Documents of random sentences in which no two tokens are equal: the n-th token of the corpus is `FIRST + n`.
    static List<List<int[]>> corpus(long seed, int documents, int sentences, int tokens) {
        var random = new Random(seed);
        List<List<int[]>> corpus = new ArrayList<>();
        int next = FIRST;
        for (int d = 0; d < documents; d++) {
            List<int[]> document = new ArrayList<>();
            int count = 1 + random.nextInt(sentences);
            for (int s = 0; s < count; s++) {
                int[] sentence = new int[1 + random.nextInt(tokens)];
                for (int t = 0; t < sentence.length; t++) {
                    sentence[t] = next++;
                }
                document.add(sentence);
            }
            corpus.add(document);
        }
        return corpus;
    }
}
