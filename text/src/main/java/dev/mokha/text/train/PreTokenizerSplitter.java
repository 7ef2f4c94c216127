package dev.mokha.text.train;

import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.normal.Normalizer;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import dev.mokha.text.tokenizer.split.SplitText;
import java.nio.CharBuffer;
import org.jspecify.annotations.Nullable;

/// The words that a tokenizer cuts: what to train with when the vocabulary is for that tokenizer.
///
/// @param normalizer nothing: text as it is
/// @param preTokenizer nothing: a document is one word
public record PreTokenizerSplitter(
        @Nullable Normalizer normalizer, @Nullable PreTokenizer preTokenizer) implements WordSplitter {

    /// GPT-2's words.
    public static PreTokenizerSplitter gpt2() {
        return new PreTokenizerSplitter(null, new PreTokenizer.ByteLevel(false, true, true));
    }

    /// The words of a tokenizer; its added tokens play no part.
    public static PreTokenizerSplitter of(Tokenizer tokenizer) {
        return new PreTokenizerSplitter(tokenizer.normalizer(), tokenizer.preTokenizer());
    }

    @Override
    public void split(String document, WordSink sink) {
        var split = new SplitText();
        split.text().reset(document.toCharArray(), 0, document.length(), false);
        if (normalizer != null) {
            normalizer.normalize(split.text());
        }
        split.whole();
        if (preTokenizer != null) {
            preTokenizer.split(split);
        }
        CharBuffer chars = CharBuffer.wrap(split.text().chars());
        for (int i = 0; i < split.count(); i++) {
            sink.word(chars, split.from(i), split.to(i));
        }
    }
}
