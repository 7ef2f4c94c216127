package dev.mokha.text.unicode;

import java.text.Normalizer;
import java.util.function.UnaryOperator;

/// One named change to a text. Every step is idempotent: `step(step(x)) = step(x)`.
///
/// None is on by default, and none should be for text that a model is trained on unless the model's card says
/// so: a tokenizer that folds forms can't give the text back byte for byte, and stripping diacritics or unifying
/// alef changes what words mean. They serve search, deduplication, evaluation keys and ablations.
///
/// Apart from [#NFC] and [#NFKC], which are Unicode's own and touch every script, a step only touches the code
/// points that its comment lists. The letter steps see a letter written as one code point and as letter plus
/// combining mark (what NFD makes of it) alike.
///
/// The order of declaration is the order in which a [TextPipeline] applies them.
public enum TextStep {
    /// Unicode's canonical composition (UAX #15): the same text, one spelling.
    NFC(text -> Normalizer.normalize(text, Normalizer.Form.NFC)),

    /// Unicode's compatibility composition (UAX #15): folds ligatures, full-width forms, presentation forms.
    /// It loses information: a SentencePiece model with identity normalisation (Llama 2) must not use it.
    NFKC(text -> Normalizer.normalize(text, Normalizer.Form.NFKC)),

    /// Arabic presentation forms A and B (U+FB50–U+FDFF, U+FE70–U+FEFC) become the letters they show: ﻻ to لا,
    /// ﷺ to the four words. NFKC for these two blocks alone.
    PRESENTATION_FORMS(PresentationForms::fold),

    /// Removes marks of direction: U+061C, U+200E, U+200F, U+202A–U+202E, U+2066–U+2069.
    REMOVE_BIDI_MARKS(text -> Marks.remove(text, Marks::isBidi)),

    /// Removes invisible characters that join nothing: U+200B, U+2060, U+FEFF.
    REMOVE_ZERO_WIDTH(text -> Marks.remove(text, Marks::isZeroWidth)),

    /// Removes U+200C and U+200D. Persian spelling and emoji sequences need them: a step of its own.
    REMOVE_JOINERS(text -> Marks.remove(text, c -> c == 0x200C || c == 0x200D)),

    /// Removes tatweel (kashida, U+0640), which only stretches a word.
    REMOVE_TATWEEL(text -> Marks.remove(text, c -> c == Letters.TATWEEL)),

    /// Removes the vowel signs, tanwin, shadda, sukun and dagger alef: U+064B–U+0652, U+0656–U+065F, U+0670.
    /// Madda and hamza above and below (U+0653–U+0655) belong to a letter and stay.
    REMOVE_TASHKEEL(text -> Marks.remove(text, Marks::isTashkeel)),

    /// Removes marks of the printed Quran: U+0610–U+061A, U+06D6–U+06DC, U+06DF–U+06E4, U+06E7, U+06E8,
    /// U+06EA–U+06ED, U+08D3–U+08E1, U+08E3–U+08FF.
    REMOVE_QURANIC_MARKS(text -> Marks.remove(text, Marks::isQuranic)),

    /// Persian ya and kaf (U+06CC, U+06A9) become the Arabic letters ي and ك, as keyboards often mix them.
    PERSIAN_LETTERS_TO_ARABIC(text -> Letters.map(text, Letters::persianToArabic)),

    /// أ, إ, آ and ٱ become ا.
    UNIFY_ALEF(Letters::unifyAlef),

    /// Hamza on waw or ya (ؤ, ئ) becomes the bare hamza ء.
    UNIFY_HAMZA(Letters::unifyHamza),

    /// Alef maqsura (ى) becomes ya (ي).
    ALEF_MAQSURA_TO_YA(text -> Letters.map(text, c -> c == Letters.ALEF_MAQSURA ? Letters.YA : c)),

    /// Ta marbuta (ة) becomes ha (ه).
    TA_MARBUTA_TO_HA(text -> Letters.map(text, c -> c == Letters.TA_MARBUTA ? Letters.HA : c)),

    /// Arabic-Indic digits (U+0660–U+0669) become 0–9.
    ARABIC_DIGITS_TO_ASCII(text -> Letters.map(text, c -> c >= 0x0660 && c <= 0x0669 ? (char) (c - 0x0660 + '0') : c)),

    /// Persian and Urdu digits (U+06F0–U+06F9) become 0–9.
    PERSIAN_DIGITS_TO_ASCII(text -> Letters.map(text, c -> c >= 0x06F0 && c <= 0x06F9 ? (char) (c - 0x06F0 + '0') : c));

    @SuppressWarnings("ImmutableEnumChecker") // the functions above hold no state
    private final UnaryOperator<String> change;

    TextStep(UnaryOperator<String> change) {
        this.change = change;
    }

    /// {@return the text after this step; the same object when nothing changed}
    public String apply(String text) {
        String changed = change.apply(text);
        return changed.equals(text) ? text : changed;
    }
}
