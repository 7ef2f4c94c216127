package dev.mokha.language.finetune;

import dev.mokha.language.encoder.Sequence;
import dev.mokha.language.task.Place;
import java.util.List;
import java.util.stream.IntStream;

/// An example as a model reads it. It has one row of outputs, or for tags one for each word that is read.
///
/// @param place where it was read
/// @param sequences one, or for a choice one for each ending
/// @param words for tags where in the sequence the first piece of each word stands, −1 for a word that is not
///     read; else empty
/// @param targets the class, tag or choice of each row; empty where not known
/// @param value the number that a regression asks for; NaN where not known
record Item(Place place, List<Sequence> sequences, List<Integer> words, List<Integer> targets, double value) {
    Item {
        sequences = List.copyOf(sequences);
        words = List.copyOf(words);
        targets = List.copyOf(targets);
    }

    /// {@return the tokens of all sequences}
    int length() {
        return sequences.stream().mapToInt(Sequence::length).sum();
    }

    /// {@return how many rows of outputs it has}
    int rows() {
        return words.isEmpty() ? 1 : (int) words.stream().filter(at -> at >= 0).count();
    }

    /// {@return the class of each row}
    long[] rowTargets() {
        if (words.isEmpty()) {
            return targets.stream().mapToLong(Integer::longValue).toArray();
        }
        return IntStream.range(0, words.size())
                .filter(i -> words.get(i) >= 0)
                .mapToLong(targets::get)
                .toArray();
    }
}
