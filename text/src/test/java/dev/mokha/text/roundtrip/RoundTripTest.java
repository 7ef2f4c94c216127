package dev.mokha.text.roundtrip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.tokenizer.Decoder;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.SentencePieceBpeTraining;
import dev.mokha.text.train.TrainingProgress;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The checks themselves: what is wrong with a tokenizer is found and told.
class RoundTripTest {
    private static final List<String> TEXTS = List.of("كتاب the", "x 😀 y");

    private static Tokenizer tokenizer() {
        var training = SentencePieceBpeTraining.llama(300);
        return training.tokenizer(training.train(List.of("the cat and the كتاب on the mat"), TrainingProgress.SILENT));
    }

    @Test
    void aGoodTokenizerIsFoundGood() {
        RoundTrip trip = RoundTrip.of(tokenizer(), TEXTS);
        assertThat(trip.failed()).isZero();
        assertThat(trip.texts()).isEqualTo(2);
        assertThat(trip.characters()).isEqualTo(8 + 5);
        assertThat(trip.toMap()).containsEntry("failures", List.of());
    }

    @Test
    void aStraySpaceMarkIsFound() {
        // as a decoder that forgets to replace it
        Tokenizer wrong = tokenizer().toBuilder()
                .decoder(new Decoder.Sequence(List.of(new Decoder.ByteFallback(), new Decoder.Fuse())))
                .build();
        RoundTrip trip = RoundTrip.of(wrong, TEXTS);
        assertThat(trip.failed()).isEqualTo(2);
        assertThat(trip.failures()).extracting(RoundTrip.Failure::kind).contains(RoundTrip.Kind.SPACE_MARK);
        assertThat(trip.failures().getFirst().toString()).startsWith("text 1: space mark: '▁");
    }

    @Test
    void halfACharacterIsFound() {
        // as a decoder that takes each token for itself
        Tokenizer wrong = tokenizer().toBuilder()
                .decoder(new Decoder.ByteLevel(true, true, true))
                .build();
        assertThat(RoundTrip.of(wrong, List.of("x 😀")).failures())
                .extracting(RoundTrip.Failure::kind)
                .contains(RoundTrip.Kind.OTHER_TEXT);
        // a text of its own marks, which SentencePiece cannot tell from spaces
        assertThat(RoundTrip.of(tokenizer(), List.of("a▁b")).failures())
                .extracting(RoundTrip.Failure::toString)
                .containsExactly("text 1: other text: 'a b' and not 'a▁b'");
    }

    @Test
    void equalSeedsDrawEqualIds() {
        assertThat(RandomTokens.of(tokenizer(), 500, 3)).isEqualTo(RandomTokens.of(tokenizer(), 500, 3));
        assertThat(RandomTokens.of(tokenizer(), 500, 3).tokens())
                .isNotEqualTo(RandomTokens.of(tokenizer(), 500, 4).tokens());
    }

    @Test
    void onlyALimitedNumberOfFailuresIsTold() {
        RoundTrip trip = RoundTrip.of(tokenizer(), Collections.nCopies(50, "a▁b"));
        assertThat(trip.failed()).isEqualTo(50);
        assertThat(trip.failures()).hasSize(RoundTrip.TOLD);
    }
}
