package dev.mokha.text.tokenizer;

import dev.mokha.text.file.WholeFile;
import dev.mokha.text.tokenizer.model.Vocab;
import dev.mokha.text.tokenizer.model.WordPiece;
import dev.mokha.text.tokenizer.normal.Normalizer;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where tokenizers lie on disk.
final class TokenizerFiles {
    private static final String JSON = "tokenizer.json";
    private static final String VOCAB = "vocab.txt";
    private static final List<String> BERT_TOKENS = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

    private TokenizerFiles() {}

    static Tokenizer load(Path path) {
        Path file = path;
        if (Files.isDirectory(path)) {
            file = path.resolve(Files.exists(path.resolve(JSON)) || !Files.exists(path.resolve(VOCAB)) ? JSON : VOCAB);
        }
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new TokenizerFormatException(file + " is not UTF-8 text", e);
        } catch (NoSuchFileException e) {
            throw new TokenizerFormatException(
                    file + " does not exist; give a tokenizer.json, a vocab.txt or a folder with one of them", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        } catch (OutOfMemoryError e) {
            throw new TokenizerFormatException(file + " is too large to be a tokenizer", e);
        }
        return file.toString().endsWith(".txt") ? bert(text, file) : new JsonReader(file.toString()).read(text);
    }

    static void save(Tokenizer tokenizer, Path path) {
        Path file = Files.isDirectory(path) ? path.resolve(JSON) : path;
        WholeFile.write(file, tokenizer.toJson());
    }

    /// A BERT vocabulary, one piece a line. Lower case unless some piece has an upper-case ASCII letter
    /// outside the special tokens: the published cased vocabularies do, the uncased do not.
    private static Tokenizer bert(String text, Path file) {
        Map<String, Integer> pieces = new LinkedHashMap<>();
        int line = 0;
        boolean cased = false;
        var lines = new ArrayList<>(List.of(text.split("\n", -1)));
        if (lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        for (String raw : lines) {
            String piece = raw.stripTrailing();
            Integer before = pieces.put(piece, line++);
            if (before != null) {
                throw new TokenizerFormatException(
                        file + ", line " + line + ": the piece \"" + piece + "\" is already in line " + (before + 1));
            }
            cased |= !(piece.startsWith("[") && piece.endsWith("]"))
                    && piece.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
        }
        var vocab = Vocab.of(pieces);
        for (String token : List.of("[UNK]", "[CLS]", "[SEP]")) {
            if (vocab.id(token) < 0) {
                throw new TokenizerFormatException(file + " lacks the piece " + token
                        + "; a WordPiece vocabulary has one piece a line, special tokens included");
            }
        }
        return bert(vocab, !cased);
    }

    /// BERT's pipeline around a vocabulary.
    static Tokenizer bert(Vocab vocab, boolean lowercase) {
        return Tokenizer.builder(WordPiece.bert(vocab))
                .normalizer(new Normalizer.Bert(true, true, null, lowercase))
                .preTokenizer(new PreTokenizer.Bert())
                .postProcessor(new PostProcessor.Bert(
                        PostProcessor.SpecialToken.of("[SEP]", vocab.id("[SEP]")),
                        PostProcessor.SpecialToken.of("[CLS]", vocab.id("[CLS]"))))
                .decoder(new Decoder.WordPiece("##", true))
                .addedTokens(BERT_TOKENS.stream()
                        .filter(token -> vocab.id(token) >= 0)
                        .map(AddedToken::special)
                        .toList())
                .build();
    }
}
