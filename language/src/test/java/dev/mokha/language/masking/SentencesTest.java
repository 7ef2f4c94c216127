package dev.mokha.language.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

final class SentencesTest {
    @Test
    void aLineIsASentenceInTheOfficialFormat() {
        assertThat(Sentences.lines().split("One. And two?\n\n  Three \n")).containsExactly("One. And two?", "Three");
    }

    @Test
    void englishEndsWithStopsAndQuestions() {
        assertThat(Sentences.of(Locale.ENGLISH)
                        .split("It cost $3.50, said Ann. Why? \"Because!\" A new\nline ends too"))
                .containsExactly("It cost $3.50, said Ann.", "Why?", "\"Because!\"", "A new", "line ends too");
    }

    @Test
    void arabicEndsWithItsOwnQuestionMark() {
        assertThat(Sentences.of(Locale.forLanguageTag("ar")).split("كيف حالك؟ أنا بخير. ما اسمك؟"))
                .containsExactly("كيف حالك؟", "أنا بخير.", "ما اسمك؟");
    }

    @Test
    void nothingButSpaceHasNoSentence() {
        assertThat(Sentences.of(Locale.ENGLISH).split(" \n\t\n")).isEmpty();
        assertThat(Sentences.lines().split("")).isEmpty();
    }
}
