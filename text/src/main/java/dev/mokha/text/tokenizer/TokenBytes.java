package dev.mokha.text.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The bytes that each token adds to a text, away from the text's start: what constrained decoding works with.
/// Byte-level tokens are their bytes, SentencePiece's mark is a space, `<0x0A>` the byte 10. A special
/// token adds nothing.
public final class TokenBytes {
    private final Tokenizer tokenizer;
    private final Function<String, byte[]> bytes;

    private TokenBytes(Tokenizer tokenizer, Function<String, byte[]> bytes) {
        this.tokenizer = tokenizer;
        this.bytes = bytes;
    }

    /// The bytes of a tokenizer's tokens.
    ///
    /// @throws IllegalArgumentException when the decoder makes a token's text depend on its neighbours
    ///     (WordPiece, BPE with a suffix, CTC), or when there is none
    public static TokenBytes of(Tokenizer tokenizer) {
        Decoder decoder = tokenizer.decoder();
        if (decoder == null) {
            throw refused("there is no decoder");
        }
        var steps = new ArrayList<Decoder>();
        flatten(decoder, steps);
        for (Decoder step : steps) {
            switch (step) {
                case Decoder.ByteLevel _,
                        Decoder.ByteFallback _,
                        Decoder.Fuse _,
                        Decoder.Metaspace _,
                        Decoder.Replace _,
                        Decoder.Strip _ -> {
                    // a token's own text, but for the space at the text's start
                }
                case Decoder.WordPiece _, Decoder.Bpe _, Decoder.Ctc _, Decoder.Sequence _ ->
                    throw refused("its decoder " + step.getClass().getSimpleName()
                            + " gives a token other text beside other tokens");
            }
        }
        return new TokenBytes(tokenizer, token -> bytes(token, steps));
    }

    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("the tokens of this tokenizer have no bytes of their own: " + why
                + "; byte-level BPE and SentencePiece tokenizers have");
    }

    private static void flatten(Decoder decoder, List<Decoder> out) {
        if (decoder instanceof Decoder.Sequence(List<Decoder> inner)) {
            inner.forEach(step -> flatten(step, out));
        } else {
            out.add(decoder);
        }
    }

    private static byte[] bytes(String token, List<Decoder> steps) {
        String text = token;
        for (Decoder step : steps) {
            switch (step) {
                case Decoder.ByteLevel _ -> {
                    return Decoder.ByteLevel.bytes(text);
                }
                case Decoder.ByteFallback _ -> {
                    int b = Decoder.ByteFallback.byteOf(text);
                    if (b >= 0) {
                        return new byte[] {(byte) b};
                    }
                }
                case Decoder.Metaspace metaspace -> text = metaspace.decode(text, false);
                case Decoder.Replace replace -> text = replace.decode(text);
                default -> {
                    // joins tokens, or strips the ends of the whole text
                }
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// {@return what a token adds, or null for a special token and for an id that no token has}
    public byte @Nullable [] bytes(int id) {
        String token = tokenizer.token(id);
        if (token == null || tokenizer.isSpecial(id)) {
            return null;
        }
        AddedToken added = tokenizer.addedTokensById().get(id);
        return added != null ? added.content().getBytes(StandardCharsets.UTF_8) : bytes.apply(token);
    }

    /// {@return what tokens add together}
    public byte[] bytes(int[] ids) {
        var out = new ByteArrayOutputStream();
        for (int id : ids) {
            byte[] token = bytes(id);
            if (token != null) {
                out.writeBytes(token);
            }
        }
        return out.toByteArray();
    }
}
