package dev.mokha.text.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.SampleText;
import dev.mokha.text.merge.VocabularyMergeTest.Case;
import dev.mokha.text.roundtrip.RandomTokens;
import dev.mokha.text.roundtrip.RoundTrip;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Arabic decoded token by token by vocabularies merged into a SentencePiece and a byte-level base. The same
/// over whole corpora: `mokha tokenizer check`.
class MergedDecodingTest {
    @ParameterizedTest
    @EnumSource(Case.class)
    void heldOutTextComesBackTokenByToken(Case which) {
        List<String> texts = new ArrayList<>(SampleText.read("arabic-held-out", "text"));
        texts.addAll(SampleText.read("parallel-held-out", "text"));
        texts.addAll(SampleText.read("english-held-out", "text"));
        RoundTrip trip = RoundTrip.of(which.merged().tokenizer(), texts);
        assertThat(trip.failures()).isEmpty();
        assertThat(trip.failed()).isZero();
        assertThat(trip.texts()).isEqualTo(366);
        assertThat(trip.parts()).isPositive().isLessThanOrEqualTo(trip.tokens() + trip.texts());
    }

    @ParameterizedTest
    @EnumSource(Case.class)
    void nothingThatALaterTokenCouldChangeIsGivenOut(Case which) {
        RandomTokens drawn = RandomTokens.of(which.merged().tokenizer(), 3000, 11);
        assertThat(drawn.failures()).isEmpty();
        assertThat(drawn.failed()).isZero();
        assertThat(drawn.replacements()).isPositive(); // broken characters were among them
        assertThat(drawn.continuations()).isEqualTo(drawn.tokens());
    }

    @Property(tries = 300)
    void anyMixtureOfScriptsComesBackTokenByToken(@ForAll Case which, @ForAll("mixtures") String text) {
        RoundTrip trip = RoundTrip.of(which.merged().tokenizer(), List.of(text));
        assertThat(trip.failures()).isEmpty();
    }

    @Provide
    Arbitrary<String> mixtures() {
        Arbitrary<String> parts = Arbitraries.of(
                "السَّلامُ عَلَيْكُم",
                "مـــرحبا",
                "ﷲ ﷺ ﻻ",
                "ﺍﻟﺴﻼﻡ",
                "پچگڤ",
                "ۀۓ",
                "١٢٣٫٤٥",
                "،؛؟",
                "😀🏽",
                "👨‍👩‍👧‍👦",
                "🇾🇪",
                "\u200Fab\u200E",
                "e\u0301",
                "中文",
                "𝒜𐎀",
                "English ",
                " ",
                "  ",
                "\n\t",
                "<0xD8>",
                "\u00A0",
                "\uFEFF");
        Arbitrary<String> any = Arbitraries.strings()
                .withCharRange('\u0600', '\u06FF')
                .withCharRange('\u0750', '\u077F')
                .withCharRange('\uFB50', '\uFDFF')
                .withCharRange('\uFE70', '\uFEFF')
                .ofMaxLength(6);
        return Arbitraries.oneOf(parts, any).list().ofMaxSize(15).map(all -> String.join("", all));
    }
}
