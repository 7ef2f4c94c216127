package dev.mokha.text.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.tokenizer.normal.Normalizer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitterTest {
    @Test
    void wordsOfATokenizerArePlainCharactersEvenWhereItsPiecesAreBytes() {
        assertThat(words(PreTokenizerSplitter.gpt2(), "the كتاب  x")).containsExactly("the", " كتاب", " ", " x");
    }

    @Test
    void theNormalizerOfATokenizerComesFirst() {
        var splitter = new PreTokenizerSplitter(new Normalizer.Lowercase(), null);
        assertThat(words(splitter, "No CUT")).containsExactly("no cut");
    }

    @Test
    void sentencePieceWordsBeginAtSpacesAndEndWhereTheScriptChanges() {
        assertThat(words(SentencePieceSplitter.llama(), "the كتابTV  x-ray\nin 2017, نعم"))
                .containsExactly(
                        "▁the", "▁كتاب", "TV", "▁", "▁x", "-", "ray", "▁in", "▁", "2", "0", "1", "7", ",", "▁نعم");
    }

    @Test
    void aVowelSignStaysWithItsLetter() {
        assertThat(words(SentencePieceSplitter.llama(), "كِتَابٌ")).containsExactly("▁كِتَابٌ");
    }

    @Test
    void digitsGoWithAnyScriptWhereSplittingByNumberIsOff() {
        var splitter = new SentencePieceSplitter(true, false, false, false);
        assertThat(words(splitter, "a12ب34 aب")).containsExactly("a12ب34", "▁a", "ب");
    }

    @Test
    void bertWordsLoseSpaceAndKeepPunctuationApart() {
        var splitter = new BertSplitter(new Normalizer.Lowercase());
        assertThat(words(splitter, "Don't  stop، $5\u00A0ok."))
                .containsExactly("don", "'", "t", "stop", "،", "$", "5", "ok", ".");
    }

    static List<String> words(WordSplitter splitter, String text) {
        var words = new ArrayList<String>();
        splitter.split(
                text, (t, start, end) -> words.add(t.subSequence(start, end).toString()));
        return words;
    }
}
