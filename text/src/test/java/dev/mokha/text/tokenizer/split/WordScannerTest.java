package dev.mokha.text.tokenizer.split;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.tokenizer.normal.AlignedText;
import dev.mokha.text.tokenizer.normal.TextPattern;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// The hand-written scanners against the expressions they stand for, which are the definition.
final class WordScannerTest {
    @Provide
    Arbitrary<String> texts() {
        var awkward = Arbitraries.of(
                "'", "s", "S", "ſ", "t", "re", "RE", "vE", "ll", "lL", "d", "m", " ", "  ", "\t", "\n", "\r", "\r\n",
                "a", "é", "م", "َ", "1", "٣", "²", "½", ".", "?!", "👍", "\u200d", "\u00a0", "\u3000", "\u0085", "𝔘",
                "𝟙", "𠜎", "漢", "_");
        return awkward.list().ofMaxSize(30).map(parts -> String.join("", parts));
    }

    private static List<String> cut(SplitText.Cutter cutter, String text) {
        var split = new SplitText();
        AlignedText aligned = split.text();
        aligned.reset(text.toCharArray(), 0, text.length(), false);
        split.whole();
        split.split(cutter, Behavior.ISOLATED, false);
        var out = new ArrayList<String>();
        for (int i = 0; i < split.count(); i++) {
            out.add(text.substring(split.from(i), split.to(i)));
        }
        return out;
    }

    private static void same(String pattern, String text) {
        var regex = new TextPattern.Regex(pattern);
        assertThat(cut(WordScanner.of(regex), text)).isEqualTo(cut(WordScanner.byFinder(regex), text));
    }

    @Property
    void gpt2IsItsExpression(@ForAll("texts") String text) {
        same(WordScanner.GPT2_PATTERN, text);
    }

    @Property
    void llama3IsItsExpression(@ForAll("texts") String text) {
        same(WordScanner.LLAMA3_PATTERN, text);
    }

    @Property
    void qwen2IsItsExpression(@ForAll("texts") String text) {
        same(WordScanner.QWEN2_PATTERN, text);
    }
}
