package dev.mokha.text.train;

import dev.mokha.text.tokenizer.AddedToken;
import dev.mokha.text.tokenizer.Decoder;
import dev.mokha.text.tokenizer.PostProcessor;
import dev.mokha.text.tokenizer.PostProcessor.Piece;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.Bpe;
import dev.mokha.text.tokenizer.model.BpeOptions;
import dev.mokha.text.tokenizer.model.Vocab;
import dev.mokha.text.tokenizer.model.WordPiece;
import dev.mokha.text.tokenizer.normal.Normalizer;
import dev.mokha.text.tokenizer.normal.TextPattern;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The tokenizer around a learned vocabulary, in the shape in which Hugging Face files of that kind come.
final class Assembly {
    private static final String SPACE_MARK = String.valueOf(SentencePieceSplitter.SPACE_MARK);

    private Assembly() {}

    static Tokenizer byteLevel(BpeVocabulary learned, List<String> specials, PreTokenizerSplitter words) {
        return Tokenizer.builder(new Bpe(Vocab.inOrder(learned.pieces()), learned.merges(), BpeOptions.byteLevel()))
                .normalizer(words.normalizer())
                .preTokenizer(words.preTokenizer())
                .decoder(new Decoder.ByteLevel(true, true, true))
                .addedTokens(specials.stream().map(AddedToken::special).toList())
                .build();
    }

    /// As Llama 2's `tokenizer.json`: no pre-tokenizer, spaces become marks in the normaliser.
    static Tokenizer sentencePiece(BpeVocabulary learned, List<String> controls, boolean fallback, boolean prefix) {
        Vocab vocab = Vocab.inOrder(learned.pieces());
        var options = new BpeOptions(null, controls.getFirst(), null, null, true, fallback, false);
        var normalizers = new ArrayList<Normalizer>();
        var decoders = new ArrayList<Decoder>();
        decoders.add(new Decoder.Replace(new TextPattern.Literal(SPACE_MARK), " "));
        decoders.add(new Decoder.ByteFallback());
        decoders.add(new Decoder.Fuse());
        if (prefix) {
            normalizers.add(new Normalizer.Prepend(SPACE_MARK));
            decoders.add(new Decoder.Strip(' ', 1, 0));
        }
        normalizers.add(new Normalizer.Replace(new TextPattern.Literal(" "), SPACE_MARK));
        return Tokenizer.builder(new Bpe(vocab, learned.merges(), options))
                .normalizer(new Normalizer.Sequence(normalizers))
                .postProcessor(controls.contains("<s>") ? startOfText("<s>", vocab.id("<s>")) : null)
                .decoder(new Decoder.Sequence(decoders))
                .addedTokens(controls.stream().map(AddedToken::special).toList())
                .build();
    }

    private static PostProcessor startOfText(String token, int id) {
        return new PostProcessor.TemplateProcessing(
                List.of(new Piece.Special(token, 0), new Piece.Text(false, 0)),
                List.of(
                        new Piece.Special(token, 0),
                        new Piece.Text(false, 0),
                        new Piece.Special(token, 1),
                        new Piece.Text(true, 1)),
                Map.of(token, PostProcessor.SpecialToken.of(token, id)));
    }

    static Tokenizer wordPiece(List<String> pieces, List<String> specials, String continuing, Normalizer normalizer) {
        Vocab vocab = Vocab.inOrder(pieces);
        boolean pairs = specials.contains("[CLS]") && specials.contains("[SEP]");
        return Tokenizer.builder(new WordPiece(vocab, "[UNK]", continuing, 100))
                .normalizer(normalizer)
                .preTokenizer(new PreTokenizer.Bert())
                .postProcessor(pairs ? sentences(vocab.id("[CLS]"), vocab.id("[SEP]")) : null)
                .decoder(new Decoder.WordPiece(continuing, true))
                .addedTokens(specials.stream().map(AddedToken::special).toList())
                .build();
    }

    private static PostProcessor sentences(int cls, int sep) {
        var begin = new Piece.Special("[CLS]", 0);
        var end = new Piece.Special("[SEP]", 0);
        return new PostProcessor.TemplateProcessing(
                List.of(begin, new Piece.Text(false, 0), end),
                List.of(begin, new Piece.Text(false, 0), end, new Piece.Text(true, 1), new Piece.Special("[SEP]", 1)),
                Map.of(
                        "[CLS]",
                        PostProcessor.SpecialToken.of("[CLS]", cls),
                        "[SEP]",
                        PostProcessor.SpecialToken.of("[SEP]", sep)));
    }
}
