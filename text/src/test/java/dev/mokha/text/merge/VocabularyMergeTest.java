package dev.mokha.text.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.text.SampleText;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.Merge;
import dev.mokha.text.train.BpeVocabulary;
import dev.mokha.text.train.ByteLevelBpeTraining;
import dev.mokha.text.train.SentencePieceBpeTraining;
import dev.mokha.text.train.TrainingProgress;
import dev.mokha.text.train.WordPieceTraining;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class VocabularyMergeTest {
    /// A base and what a merge made of it. The bases saw mostly English and, as published ones did, a little
    /// Arabic: enough to have merges of their own that cross those of an Arabic vocabulary.
    @SuppressWarnings("ImmutableEnumChecker") // tokenizers are immutable, though not marked so
    enum Case {
        SENTENCE_PIECE,
        BYTE_LEVEL;

        private final Tokenizer base;
        private final BpeVocabulary learned;
        private final MergedTokenizer merged;

        MergedTokenizer merged() {
            return merged;
        }

        Case() {
            List<String> arabic = SampleText.read("arabic-held-out", "text");
            var mostlyEnglish = new ArrayList<>(SampleText.read("english-held-out", "text"));
            mostlyEnglish.addAll(arabic.subList(0, 3));
            if (name().equals("BYTE_LEVEL")) {
                var training = ByteLevelBpeTraining.gpt2(1500);
                base = training.tokenizer(training.train(mostlyEnglish, TrainingProgress.SILENT));
                learned = ByteLevelBpeTraining.gpt2(4000).train(arabic, TrainingProgress.SILENT);
            } else {
                var training = SentencePieceBpeTraining.llama(1500);
                base = training.tokenizer(training.train(mostlyEnglish, TrainingProgress.SILENT));
                learned = SentencePieceBpeTraining.llama(4000).train(arabic, TrainingProgress.SILENT);
            }
            merged = VocabularyMerge.arabic(3000).merge(base, learned);
        }
    }

    @Property(tries = 300)
    void asciiTextIsEncodedAsBefore(@ForAll Case which, @ForAll("ascii") String text) {
        assertThat(which.merged.tokenizer().encodeIds(text)).isEqualTo(which.base.encodeIds(text));
    }

    @Property(tries = 300)
    void textOfOtherLanguagesIsEncodedAsBefore(@ForAll Case which, @ForAll("otherLanguages") String text) {
        assertThat(which.merged.tokenizer().encodeIds(text)).isEqualTo(which.base.encodeIds(text));
    }

    @Property(tries = 300)
    void anyTextComesBackAsItWas(@ForAll Case which, @ForAll("mixedText") String text) {
        Tokenizer tokenizer = which.merged.tokenizer();
        assertThat(tokenizer.decode(tokenizer.encodeIds(text), true)).isEqualTo(text);
    }

    @Test
    void realTextComesBackAsItWas() {
        for (Case which : Case.values()) {
            Tokenizer tokenizer = which.merged.tokenizer();
            for (String text : SampleText.read("parallel-held-out", "text")) {
                assertThat(tokenizer.decode(tokenizer.encodeIds(text), true)).isEqualTo(text);
            }
        }
    }

    @Test
    void realEnglishIsEncodedAsBefore() {
        for (Case which : Case.values()) {
            for (String text : SampleText.read("english-held-out", "text")) {
                assertThat(which.merged.tokenizer().encodeIds(text)).isEqualTo(which.base.encodeIds(text));
            }
        }
    }

    @Test
    void baseIdsKeepTheirPieces() {
        for (Case which : Case.values()) {
            for (int id = 0; id < which.merged.baseSize(); id++) {
                assertThat(which.merged.tokenizer().token(id)).isEqualTo(which.base.token(id));
                assertThat(which.merged.tokenizer().isSpecial(id)).isEqualTo(which.base.isSpecial(id));
            }
            assertThat(which.merged.baseSize()).isEqualTo(which.base.idBound());
            assertThat(which.merged.tokenizer().idBound())
                    .isEqualTo(which.merged.baseSize() + which.merged.added().size());
        }
    }

    @Test
    void addedPiecesAreUsed() {
        for (Case which : Case.values()) {
            var used = new HashSet<Integer>();
            for (String text : SampleText.read("arabic-held-out", "text")) {
                Arrays.stream(which.merged.tokenizer().encodeIds(text)).forEach(used::add);
            }
            long seen = which.merged.added().stream()
                    .filter(p -> used.contains(p.id()))
                    .count();
            // the others are steps on the way to longer pieces, as in every BPE vocabulary
            assertThat(seen).isGreaterThan(which.merged.added().size() * 8L / 10);
        }
    }

    @Test
    void aPieceThatTheBaseMergesAcrossIsBuiltAnotherWay() {
        // base: l and m join first, so the learned merge of "al" and "m" would never happen
        var base = SentencePieceBpeTraining.llama(259 + 8)
                .tokenizer(new BpeVocabulary(
                        List.of("<unk>", "<s>", "</s>", "▁", "ا", "ل", "م", "لم"), List.of(new Merge("ل", "م"))));
        var learned = new BpeVocabulary(List.of("ال", "الم"), List.of(new Merge("ا", "ل"), new Merge("ال", "م")));
        MergedTokenizer merged = new VocabularyMerge(10, 1, MergeScope.arabic()).merge(base, learned);
        assertThat(merged.added()).extracting(AddedPiece::piece).containsExactly("ال", "الم");
        assertThat(merged.tokenizer().encode("الم", false).tokens()).containsExactly("▁", "الم");
    }

    @Test
    void aDecompositionSpellsThePiece() {
        for (Case which : Case.values()) {
            for (AddedPiece piece : which.merged.added()) {
                assertThat(piece.baseIds()).allMatch(id -> id < which.merged.baseSize());
                String spelt = piece.baseIds().stream().map(which.base::token).collect(Collectors.joining());
                String expected = spelt.contains("<0x") ? spelt : piece.piece();
                assertThat(spelt).isEqualTo(expected);
            }
        }
    }

    @Test
    void aCharacterThatTheBaseLacksIsMadeOfItsBytes() {
        AddedPiece piece = Case.SENTENCE_PIECE.merged.added().stream()
                .filter(p -> p.baseIds().stream()
                        .anyMatch(id -> String.valueOf(Case.SENTENCE_PIECE.base.token(id))
                                .startsWith("<0x")))
                .findFirst()
                .orElseThrow();
        int[] ids = piece.baseIds().stream().mapToInt(Integer::intValue).toArray();
        assertThat(Case.SENTENCE_PIECE.base.decode(ids, true)).isEqualTo(piece.piece());
    }

    @Test
    void arabicTakesAtMostHalfTheTokens() {
        List<String> arabic = SampleText.read("arabic-held-out", "text");
        for (Case which : Case.values()) {
            assertThat(tokens(which.merged.tokenizer(), arabic)).isLessThan(tokens(which.base, arabic) / 2);
        }
    }

    @Test
    void rowsAreRoundedUp() {
        for (Case which : Case.values()) {
            assertThat(which.merged.rows() % 64).isZero();
            assertThat(which.merged.paddingRows()).isBetween(0, 63);
        }
    }

    @Test
    void noMoreIsAddedThanAskedFor() {
        for (Case which : Case.values()) {
            for (int most : new int[] {0, 1, 7, 100}) {
                var merged = new VocabularyMerge(most, 1, MergeScope.arabic()).merge(which.base, which.learned);
                assertThat(merged.added()).hasSize(most);
                assertThat(merged.rows()).isEqualTo(which.base.idBound() + most);
            }
        }
    }

    @Test
    void mergingTwiceAddsNothing() {
        for (Case which : Case.values()) {
            var once = VocabularyMerge.arabic(100_000).merge(which.base, which.learned);
            var twice = VocabularyMerge.arabic(100_000).merge(once.tokenizer(), which.learned);
            assertThat(twice.added()).isEmpty();
        }
    }

    @Test
    void theMergedFileReadBackEncodesTheSame() {
        for (Case which : Case.values()) {
            Tokenizer again = Tokenizer.parse(which.merged.tokenizer().toJson(), "merged");
            for (String text : SampleText.read("parallel-held-out", "text")) {
                assertThat(again.encodeIds(text))
                        .isEqualTo(which.merged.tokenizer().encodeIds(text));
            }
        }
    }

    @Test
    void aModelThatIsNotBpeIsRefusedByName() {
        var training = WordPieceTraining.bert(300);
        Tokenizer wordPiece = training.tokenizer(training.train(List.of("a b c ab"), TrainingProgress.SILENT));
        assertThatThrownBy(() -> VocabularyMerge.arabic(5).merge(wordPiece, Case.BYTE_LEVEL.learned))
                .hasMessageContaining("BPE tokenizer only")
                .hasMessageContaining("WordPiece");
    }

    @Test
    void aScopeWithAsciiIsRefused() {
        assertThatThrownBy(() -> new MergeScope("all", c -> true)).hasMessageContaining("ASCII");
    }

    @Test
    void halfACharacterIsInScopeOnlyIfItCanBeNoOther() {
        MergeScope arabic = MergeScope.arabic();
        assertThat(arabic.admitsBytes("ĠØ")).isTrue(); // space, D8: every character D8.. is Arabic's
        assertThat(arabic.admitsBytes("Ùħ")).isTrue(); // D9 85, meem
        assertThat(arabic.admitsBytes("ħÙ")).isTrue(); // a tail, then D9
        assertThat(arabic.admitsBytes("ħ")).isFalse(); // a tail alone
        assertThat(arabic.admitsBytes("à")).isFalse(); // E0: Devanagari too
        assertThat(arabic.admitsBytes("the")).isFalse();
    }

    private static long tokens(Tokenizer tokenizer, List<String> texts) {
        return texts.stream()
                .mapToLong(t -> tokenizer.encodeIds(t, false).length)
                .sum();
    }

    @Provide
    Arbitrary<String> ascii() {
        Arbitrary<String> words = Arbitraries.of(
                        "the ", " of", "  ", "\n", "\t", "un", "ing", "<s>", "_", "0", "19", "'s", "{", "x=")
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
        Arbitrary<String> any =
                Arbitraries.strings().withCharRange('\u0000', '\u007F').ofMaxLength(60);
        return Arbitraries.oneOf(words, any);
    }

    @Provide
    Arbitrary<String> otherLanguages() {
        return Arbitraries.of(
                        "naïve café",
                        " über",
                        "Ελληνικά ",
                        "русский ",
                        "עברית",
                        "中文字",
                        "日本語カナ",
                        "한국어 ",
                        "हिन्दी",
                        "ไทย",
                        "😀👩‍👩‍👧",
                        "é",
                        " — ",
                        "…",
                        "ܣܘܪܝܝܐ",
                        "ދިވެހި",
                        "\uFFFD",
                        "€",
                        "a b")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> mixedText() {
        return Arbitraries.of(
                        "كتاب",
                        "المدرسة ",
                        " و",
                        "ال",
                        "مُحَمَّد",
                        "،",
                        "؟ ",
                        "٢٠١٧",
                        "ڤيينا",
                        "ﷺ",
                        "ـ",
                        "English ",
                        "x",
                        " ",
                        "  ",
                        "\n",
                        "😀",
                        "👩‍👩‍👧",
                        "中",
                        "é",
                        "\u200F",
                        "‌",
                        "123",
                        "<0x41>",
                        "ی")
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
    }
}
