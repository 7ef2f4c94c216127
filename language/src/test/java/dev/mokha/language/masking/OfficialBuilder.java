package dev.mokha.language.masking;

import dev.mokha.language.corpus.SplitMix;
import java.util.ArrayList;
import java.util.List;

/// The oracle: step by step what the official builder does, with lists of boxed tokens and no thought of speed. It asks
/// the same random numbers in the same order, so its examples are the same and not only alike.
final class OfficialBuilder {
    private final List<List<List<Integer>>> documents;
    private final int maxLength;
    private final double shortRate;

    /// A pair as the oracle leaves it.
    record Pair(List<Integer> tokens, List<Integer> segments, boolean randomNext) {}

    OfficialBuilder(List<List<List<Integer>>> documents, int maxLength, double shortRate) {
        this.documents = documents;
        this.maxLength = maxLength;
        this.shortRate = shortRate;
    }

    List<Pair> pairs(int documentIndex, SplitMix random) {
        List<List<Integer>> document = documents.get(documentIndex);
        int budget = maxLength - 3;
        int target = budget;
        if (random.unit() < shortRate) {
            target = 2 + random.below(budget - 1); // 2 … budget
        }
        List<Pair> pairs = new ArrayList<>();
        List<List<Integer>> chunk = new ArrayList<>();
        int length = 0;
        int i = 0;
        while (i < document.size()) {
            chunk.add(document.get(i));
            length += document.get(i).size();
            if (i == document.size() - 1 || length >= target) {
                int aEnd = chunk.size() >= 2 ? 1 + random.below(chunk.size() - 1) : 1;
                List<Integer> a = new ArrayList<>();
                for (int j = 0; j < aEnd; j++) {
                    a.addAll(chunk.get(j));
                }
                List<Integer> b = new ArrayList<>();
                boolean randomNext = chunk.size() == 1 || random.unit() < 0.5;
                if (randomNext) {
                    int targetB = target - a.size();
                    int other = documentIndex;
                    for (int tries = 0; tries < 10; tries++) {
                        other = random.below(documents.size());
                        if (other != documentIndex) {
                            break;
                        }
                    }
                    List<List<Integer>> otherDocument = documents.get(other);
                    int start = random.below(otherDocument.size());
                    for (int j = start; j < otherDocument.size(); j++) {
                        b.addAll(otherDocument.get(j));
                        if (b.size() >= targetB) {
                            break;
                        }
                    }
                    i -= chunk.size() - aEnd; // put back
                } else {
                    for (int j = aEnd; j < chunk.size(); j++) {
                        b.addAll(chunk.get(j));
                    }
                }
                truncate(a, b, budget, random);
                pairs.add(pair(a, b, randomNext));
                chunk.clear();
                length = 0;
            }
            i++;
        }
        return pairs;
    }

    private static void truncate(List<Integer> a, List<Integer> b, int budget, SplitMix random) {
        while (a.size() + b.size() > budget) {
            List<Integer> longer = a.size() > b.size() ? a : b;
            if (random.unit() < 0.5) {
                longer.removeFirst();
            } else {
                longer.removeLast();
            }
        }
    }

    private static Pair pair(List<Integer> a, List<Integer> b, boolean randomNext) {
        List<Integer> tokens = new ArrayList<>();
        List<Integer> segments = new ArrayList<>();
        tokens.add(Toy.CLS);
        tokens.addAll(a);
        tokens.add(Toy.SEP);
        while (segments.size() < tokens.size()) {
            segments.add(0);
        }
        tokens.addAll(b);
        tokens.add(Toy.SEP);
        while (segments.size() < tokens.size()) {
            segments.add(1);
        }
        return new Pair(tokens, segments, randomNext);
    }
}
