package dev.mokha.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.text.tokenizer.model.Bpe;
import dev.mokha.text.tokenizer.model.BpeOptions;
import dev.mokha.text.tokenizer.model.Merge;
import dev.mokha.text.tokenizer.model.Vocab;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class TokenizerTest {
    private static Tokenizer tiny() {
        var vocab = Vocab.inOrder(List.of("Ġ", "h", "i", "hi", "Ġhi", "Ù", "ħ"));
        var merges = List.of(new Merge("h", "i"), new Merge("Ġ", "hi"));
        return Tokenizer.builder(new Bpe(vocab, merges, BpeOptions.byteLevel()))
                .preTokenizer(new PreTokenizer.ByteLevel(false, true, true))
                .decoder(new Decoder.ByteLevel(true, true, true))
                .addedTokens(List.of(AddedToken.special("<s>")))
                .build();
    }

    @Test
    void aWordIsMergedInTheOrderOfTheMerges() {
        assertThat(tiny().encodeIds("hi hi")).containsExactly(3, 4);
    }

    @Test
    void anAddedTokenIsCutOutBeforeTheModelSeesTheText() {
        var tokenizer = tiny();
        assertThat(tokenizer.encode("hi<s> hi").ids()).containsExactly(3, 7, 4);
        assertThat(tokenizer.encode("hi<s> hi").tokens()).containsExactly("hi", "<s>", "Ġhi");
        assertThat(tokenizer.decode(new int[] {3, 7, 4}, true)).isEqualTo("hi hi");
    }

    @Test
    void aFileWrittenAndReadEncodesTheSame() {
        var again = Tokenizer.parse(tiny().toJson(), "test");
        assertThat(again.encodeIds("hi hi<s>")).isEqualTo(tiny().encodeIds("hi hi<s>"));
        assertThat(again.toJson()).isEqualTo(tiny().toJson());
    }

    @Test
    void aStreamHoldsBackHalfACharacter() {
        var stream = tiny().streamingDecoder(true);
        assertThat(stream.push(5)).isEmpty();
        assertThat(stream.push(6)).isEqualTo("م");
        assertThat(stream.finish()).isEmpty();
    }

    private static final String FOX = "The quick brown fox jumps over the lazy dog";
    private static final String ARABIC = "كيف حالك اليوم";

    private static Tokenizer bert(Truncation truncation) {
        return Fixtures.load("bert").toBuilder().truncation(truncation).build();
    }

    private static Truncation at(int length, int stride, Truncation.Strategy strategy) {
        return new Truncation(Side.RIGHT, length, strategy, stride);
    }

    // The numbers below are those of Hugging Face tokenizers 0.23.2 with the same file.
    @Test
    void theLongerTextIsCutFirst() {
        assertThat(bert(at(12, 2, Truncation.Strategy.LONGEST_FIRST))
                        .encodePair(FOX, ARABIC, true)
                        .ids())
                .containsExactly(2, 291, 777, 952, 2474, 226, 3, 141, 1299, 1273, 372, 3);
    }

    @Test
    void onlyTheFirstTextIsCutWhenAskedFor() {
        assertThat(bert(at(12, 2, Truncation.Strategy.ONLY_FIRST))
                        .encodePair(FOX, ARABIC, true)
                        .ids())
                .containsExactly(2, 291, 777, 952, 2474, 3, 141, 1299, 1273, 372, 2004, 3);
    }

    @Test
    void aTextThatWouldVanishIsNotCut() {
        assertThatThrownBy(
                        () -> bert(at(12, 2, Truncation.Strategy.ONLY_SECOND)).encodePair(FOX, ARABIC, true))
                .hasMessageContaining("would leave nothing of its text");
    }

    @Test
    void whatIsCutOffOverflowsWithTheStrideRepeated() {
        var encoding = bert(at(6, 2, Truncation.Strategy.LONGEST_FIRST)).encode(FOX);
        assertThat(encoding.ids()).containsExactly(2, 291, 777, 952, 2474, 3);
        assertThat(encoding.overflowing().getFirst().ids()).containsExactly(2, 952, 2474, 226, 177, 3);
        assertThat(bert(new Truncation(Side.LEFT, 6, Truncation.Strategy.LONGEST_FIRST, 1))
                        .encodeIds(FOX))
                .containsExactly(2, 50, 2217, 210, 1901, 3);
    }

    @Test
    void paddingFillsUpToAMultiple() {
        var tokenizer = Fixtures.load("bert").toBuilder()
                .padding(new Padding(20, Side.LEFT, 8, 0, 0, "[PAD]"))
                .build();
        var encoding = tokenizer.encode(ARABIC);
        assertThat(encoding.ids())
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 141, 1299, 1273, 372, 2004, 3);
        assertThat(encoding.attentionMask())
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1);
        assertThat(encoding.specialTokensMask())
                .containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1);
    }

    @Test
    void aBatchIsFilledUpToItsLongest() {
        var tokenizer = Fixtures.load("bert").toBuilder()
                .padding(new Padding(0, Side.RIGHT, 0, 0, 0, "[PAD]"))
                .build();
        var batch = tokenizer.encodeAll(List.of(FOX, ARABIC), true);
        assertThat(batch.get(1).size()).isEqualTo(batch.get(0).size()).isEqualTo(19);
    }

    @Test
    void manyThreadsGetTheIdsOfOne() throws InterruptedException {
        var tokenizer = Fixtures.load("mistral");
        var texts = Fixtures.texts();
        var expected = texts.stream().map(tokenizer::encodeIds).toList();
        var wrong = new AtomicInteger();
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 50; t++) {
            threads.add(Thread.startVirtualThread(() -> {
                for (int i = 0; i < texts.size(); i++) {
                    if (!Arrays.equals(tokenizer.encodeIds(texts.get(i)), expected.get(i))) {
                        wrong.incrementAndGet();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).hasValue(0);
    }

    @Test
    void halfASurrogatePairIsTheReplacementCharacter() {
        var tokenizer = Fixtures.load("llama3");
        assertThat(tokenizer.encodeIds("a\uD83Db")).isEqualTo(tokenizer.encodeIds("a\uFFFDb"));
    }
}
