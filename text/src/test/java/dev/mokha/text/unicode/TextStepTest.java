package dev.mokha.text.unicode;

import static dev.mokha.text.unicode.TextStep.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

class TextStepTest {
    /// What NFC and NFKC may touch is Unicode's business; all others keep to Arabic and to invisible marks.
    private static final Set<TextStep> ARABIC_ONLY = EnumSet.complementOf(EnumSet.of(NFC, NFKC));

    private static final Set<TextStep> INVISIBLE = EnumSet.of(REMOVE_BIDI_MARKS, REMOVE_ZERO_WIDTH, REMOVE_JOINERS);

    @Test
    void eachStepDoesWhatItsNameSays() {
        assertThat(NFC.apply("cafe\u0301")).isEqualTo("caf\u00E9");
        assertThat(NFKC.apply("\uFB01\uFF21")).isEqualTo("fiA");
        assertThat(PRESENTATION_FORMS.apply("\uFEFB \uFB01")).isEqualTo("\u0644\u0627 \uFB01");
        assertThat(PRESENTATION_FORMS.apply("\uFDFA")).isEqualTo("صلى الله عليه وسلم");
        assertThat(REMOVE_BIDI_MARKS.apply("\u202Bنص\u202C\u200F.")).isEqualTo("نص.");
        assertThat(REMOVE_ZERO_WIDTH.apply("\uFEFFab\u200Bc\u2060")).isEqualTo("abc");
        assertThat(REMOVE_JOINERS.apply("می\u200Cخواهم")).isEqualTo("میخواهم");
        assertThat(REMOVE_TATWEEL.apply("العـــربية")).isEqualTo("العربية");
        assertThat(REMOVE_TASHKEEL.apply("مُحَمَّدٌ هٰذا")).isEqualTo("محمد هذا");
        assertThat(REMOVE_QURANIC_MARKS.apply("\u0648\u06D6\u0645\u06ED")).isEqualTo("وم");
        assertThat(PERSIAN_LETTERS_TO_ARABIC.apply("کتابی")).isEqualTo("كتابي");
        assertThat(UNIFY_ALEF.apply("أحمد إلى آل ٱلله")).isEqualTo("احمد الى ال الله");
        assertThat(UNIFY_HAMZA.apply("مؤمن سائل")).isEqualTo("مءمن ساءل");
        assertThat(ALEF_MAQSURA_TO_YA.apply("على")).isEqualTo("علي");
        assertThat(TA_MARBUTA_TO_HA.apply("مدرسة")).isEqualTo("مدرسه");
        assertThat(ARABIC_DIGITS_TO_ASCII.apply("٠١٢٣٤٥٦٧٨٩ ۴")).isEqualTo("0123456789 ۴");
        assertThat(PERSIAN_DIGITS_TO_ASCII.apply("۰۱۲۳۴۵۶۷۸۹ ٤")).isEqualTo("0123456789 ٤");
    }

    @Test
    void aLetterWithACombiningHamzaIsTreatedAsTheComposedOne() {
        assertThat(UNIFY_ALEF.apply("\u0627\u064E\u0654حمد")).isEqualTo("\u0627\u064Eحمد");
        assertThat(UNIFY_HAMZA.apply("م\u0648\u064F\u0654من")).isEqualTo("م\u0621\u064Fمن");
        assertThat(UNIFY_HAMZA.apply("سا\u064A\u0654ل")).isEqualTo("ساءل");
    }

    @Test
    void removingTashkeelKeepsTheHamzaOfADecomposedLetter() {
        assertThat(REMOVE_TASHKEEL.apply("\u0627\u0654\u064E")).isEqualTo("\u0627\u0654");
    }

    @Test
    void aStepThatChangesNothingReturnsTheSameObject() {
        String english = String.join(" ", "plain", "English");
        for (TextStep step : TextStep.values()) {
            assertThat(step.apply(english)).isSameAs(english);
        }
    }

    @Property(tries = 300)
    void everyStepIsIdempotent(@ForAll TextStep step, @ForAll("mixedText") String text) {
        String once = step.apply(text);
        assertThat(step.apply(once)).isEqualTo(once);
    }

    @Property(tries = 300)
    void everyPipelineIsIdempotent(@ForAll List<TextStep> steps, @ForAll("mixedText") String text) {
        var pipeline = new TextPipeline(steps);
        String once = pipeline.apply(text);
        assertThat(pipeline.apply(once)).isEqualTo(once);
    }

    @Property(tries = 300)
    void noStepBeyondNormalisationTouchesAnotherScript(@ForAll TextStep step, @ForAll("mixedText") String text) {
        if (ARABIC_ONLY.contains(step)) {
            assertThat(withoutArabic(step, step.apply(text))).isEqualTo(withoutArabic(step, text));
        }
    }

    @Test
    void everyCodePointOfEveryOtherScriptSurvivesEveryArabicStep() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (isTouchable(c) || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
                continue;
            }
            String text = Character.toString(c);
            for (TextStep step : ARABIC_ONLY) {
                if (!step.apply(text).equals(text)) {
                    throw new AssertionError(step + " changed U+" + Integer.toHexString(c));
                }
            }
        }
    }

    @Test
    void aPipelineTakesItsStepsInTheOrderOfDeclaration() {
        var pipeline = TextPipeline.of(UNIFY_ALEF, PRESENTATION_FORMS, UNIFY_ALEF);
        assertThat(pipeline.steps()).containsExactly(PRESENTATION_FORMS, UNIFY_ALEF);
        assertThat(pipeline.apply("\uFE83")).isEqualTo("ا");
    }

    @Test
    void noStepIsOnByDefault() {
        assertThat(TextPipeline.NONE.apply("ﻻ أُ ٣ـ\u200F")).isEqualTo("ﻻ أُ ٣ـ\u200F");
    }

    @Test
    void theSearchPipelineFoldsWhatReadersTakeAsEqual() {
        TextPipeline search = TextPipeline.arabicSearch();
        assertThat(search.apply("إِلَى المَدْرَسَةِ")).isEqualTo(search.apply("الي المدرســـه"));
    }

    @Provide
    Arbitrary<String> mixedText() {
        var arabic = Arbitraries.integers().between(0x0600, 0x06FF);
        var marks = Arbitraries.integers().between(0x064B, 0x0656);
        var carriers = Arbitraries.of(0x0627, 0x0623, 0x0648, 0x0624, 0x064A, 0x0649, 0x0626, 0x0640, 0x0671);
        var extended = Arbitraries.integers().between(0x08A0, 0x08FF);
        var forms = Arbitraries.integers().between(0xFB50, 0xFDFF);
        var formsB = Arbitraries.integers().between(0xFE70, 0xFEFF);
        var general = Arbitraries.integers().between(0x2000, 0x206F);
        var latin = Arbitraries.integers().between(0x20, 0x24F);
        var other = Arbitraries.of(0x1F600, 0x4E2D, 0x3042, 0x05D0, 0x0301, 0x0928, 0xAC00, 0xFF21);
        return Arbitraries.frequencyOf(
                        Tuple.of(4, arabic),
                        Tuple.of(4, marks),
                        Tuple.of(4, carriers),
                        Tuple.of(1, extended),
                        Tuple.of(2, forms),
                        Tuple.of(2, formsB),
                        Tuple.of(1, general),
                        Tuple.of(2, latin),
                        Tuple.of(2, other))
                .list()
                .ofMaxSize(24)
                .map(TextStepTest::join);
    }

    private static String join(List<Integer> codePoints) {
        var text = new StringBuilder();
        codePoints.forEach(text::appendCodePoint);
        return text.toString();
    }

    /// What a step may remove, map or produce, taken out: the rest has to come through in order.
    private static String withoutArabic(TextStep step, String text) {
        var rest = new StringBuilder();
        text.codePoints()
                .filter(c -> !isTouchable(c) && !(c >= '0' && c <= '9') && !(step == PRESENTATION_FORMS && c == ' '))
                .forEach(rest::appendCodePoint);
        return rest.toString();
    }

    private static boolean isTouchable(int c) {
        return (c >= 0x0600 && c <= 0x06FF)
                || (c >= 0x08A0 && c <= 0x08FF)
                || (c >= 0xFB50 && c <= 0xFDFF)
                || (c >= 0xFE70 && c <= 0xFEFF)
                || INVISIBLE.stream()
                        .anyMatch(s -> s.apply(Character.toString(c)).isEmpty());
    }
}
