package dev.mokha.text.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WordCountingTest {
    private static final WordSplitter AT_SPACES = (document, sink) -> {
        int start = 0;
        for (String word : document.split(" ", -1)) {
            sink.word(document, start, start + word.length());
            start += word.length() + 1;
        }
    };

    @Property(tries = 60)
    void countsAreThoseOfAMapWhateverTheThreads(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int threads,
            @ForAll @IntRange(min = 1, max = 999) int batch) {
        List<String> documents = documents(seed);
        var expected = new TreeMap<String, Long>();
        for (String document : documents) {
            for (String word : document.split(" ", -1)) {
                expected.merge(word, 1L, Long::sum);
            }
        }
        WordCounts counts =
                new WordCounting(threads, 1_000_000).count(documents, AT_SPACES, TrainingProgress.SILENT, batch);
        assertThat(asMap(counts)).isEqualTo(expected);
        assertThat(counts.total())
                .isEqualTo(expected.values().stream().mapToLong(Long::longValue).sum());
    }

    @Property(tries = 30)
    void wordsAreForgottenAlikeWhateverTheThreads(@ForAll long seed, @ForAll @IntRange(min = 2, max = 4) int threads) {
        List<String> documents = documents(seed);
        WordCounts one = new WordCounting(1, 40).count(documents, AT_SPACES, TrainingProgress.SILENT, 300);
        WordCounts more = new WordCounting(threads, 40).count(documents, AT_SPACES, TrainingProgress.SILENT, 300);
        assertThat(asMap(more)).isEqualTo(asMap(one));
    }

    @Test
    void rareWordsAreForgottenWhenTheTableIsFull() {
        var documents = new ArrayList<String>();
        for (int i = 0; i < 1000; i++) {
            documents.add("often rare" + i);
        }
        WordCounts counts = new WordCounting(2, 10).count(documents, AT_SPACES, TrainingProgress.SILENT, 50);
        assertThat(asMap(counts)).containsEntry("often", 1000L);
        assertThat(counts.size()).isLessThan(20);
    }

    @Test
    void aVocabularyDoesNotDependOnTheThreads() {
        List<String> documents = documents(7);
        var one = ByteLevelBpeTraining.gpt2(320).withCounting(new WordCounting(1, 1_000_000));
        var three = ByteLevelBpeTraining.gpt2(320).withCounting(new WordCounting(3, 1_000_000));
        assertThat(three.train(documents, TrainingProgress.SILENT))
                .isEqualTo(one.train(documents, TrainingProgress.SILENT));
    }

    @Test
    void anErrorInASplitterReachesTheCaller() {
        WordSplitter broken = (document, sink) -> {
            throw new IllegalStateException("no words in " + document);
        };
        assertThatThrownBy(() -> new WordCounting(2, 100).count(List.of("this"), broken, TrainingProgress.SILENT))
                .hasMessage("no words in this");
    }

    @Test
    void progressCountsDocuments() {
        var seen = new ArrayList<Long>();
        new WordCounting(1, 100)
                .count(List.of("a b", "c d", "e"), AT_SPACES, (stage, done, total) -> seen.add(done), 3);
        assertThat(seen).containsExactly(1L, 2L, 3L);
    }

    private static List<String> documents(long seed) {
        var random = new Random(seed);
        var documents = new ArrayList<String>();
        for (int d = 0; d < 40; d++) {
            var text = new StringBuilder("start");
            for (int w = random.nextInt(30); w > 0; w--) {
                text.append(' ')
                        .append("wكلمة")
                        .append(Integer.toString((int) Math.abs(random.nextGaussian() * 40), 5));
            }
            documents.add(text.toString());
        }
        return documents;
    }

    private static Map<String, Long> asMap(WordCounts counts) {
        var map = new TreeMap<String, Long>();
        for (int i = 0; i < counts.size(); i++) {
            map.put(counts.word(i), counts.count(i));
        }
        return map;
    }
}
