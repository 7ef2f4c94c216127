package dev.mokha.text.train;

import dev.mokha.text.tokenizer.normal.Normalizer;
import dev.mokha.text.tokenizer.split.PreTokenizer;

/// BERT's words: cut at white space, each punctuation mark a word of its own.
///
/// @param normalizer applied to each document first: the one that the tokenizer will have
public record BertSplitter(Normalizer normalizer) implements WordSplitter {

    @Override
    public void split(String document, WordSink sink) {
        new PreTokenizerSplitter(normalizer, new PreTokenizer.Bert()).split(document, sink);
    }
}
