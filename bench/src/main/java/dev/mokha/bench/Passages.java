package dev.mokha.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/// Pieces of texts, drawn at random, with one space between words.
final class Passages {
    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?]) (?=[A-Z])");

    private final List<String[]> texts;

    Passages(List<String> texts) {
        this.texts = texts.stream()
                .map(text -> text.strip().split("\\s+"))
                .filter(words -> words.length > 200)
                .toList();
    }

    /// {@return words that follow each other in a text}
    List<String> words(SplittableRandom random, int count) {
        String[] text = text(random);
        int from = random.nextInt(text.length - count);
        return List.of(text).subList(from, from + count);
    }

    /// {@return words from anywhere}
    List<String> random(SplittableRandom random, int count) {
        var words = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            String[] text = text(random);
            words.add(text[random.nextInt(text.length)]);
        }
        return words;
    }

    /// {@return whole sentences that follow each other: at least two, of at most so many words in all}
    List<String> sentences(SplittableRandom random, int most) {
        while (true) {
            String[] all = SENTENCE_END.split(String.join(" ", words(random, Math.min(190, most * 3 / 2))), -1);
            var sentences = new ArrayList<String>();
            int words = 0;
            for (int i = 1; i < all.length - 1; i++) { // the first and the last may be cut
                words += all[i].split(" ").length;
                if (words > most) {
                    break;
                }
                sentences.add(all[i]);
            }
            if (sentences.size() >= 2) {
                return sentences;
            }
        }
    }

    private String[] text(SplittableRandom random) {
        return texts.get(random.nextInt(texts.size()));
    }
}
