package dev.mokha.text.fertility;

import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.Alphabet;
import dev.mokha.text.tokenizer.model.Bpe;
import dev.mokha.text.tokenizer.model.WordPiece;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.regex.Pattern;

/// Which ids are unknown tokens, and which stand for less than whole characters.
final class PieceKinds {
    private static final Pattern BYTE_PIECE = Pattern.compile("<0x[0-9A-F]{2}>");

    private final BitSet fragments = new BitSet();
    private final int unknown;

    PieceKinds(Tokenizer tokenizer) {
        boolean byteLevel = tokenizer.model() instanceof Bpe bpe
                && !bpe.options().byteFallback()
                && bpe.vocab().id(String.valueOf(Alphabet.of(' '))) >= 0;
        tokenizer.model().vocab().toMap().forEach((piece, id) -> {
            boolean fragment =
                    byteLevel ? !isText(piece) : BYTE_PIECE.matcher(piece).matches();
            fragments.set(id, fragment && !tokenizer.isSpecial(id));
        });
        this.unknown = unknownId(tokenizer);
    }

    boolean isUnknown(int id) {
        return id == unknown;
    }

    boolean isFragment(int id) {
        return fragments.get(id);
    }

    private static int unknownId(Tokenizer tokenizer) {
        String unknown = switch (tokenizer.model()) {
            case Bpe bpe -> bpe.options().unkToken();
            case WordPiece wordPiece -> wordPiece.unkToken();
            default -> "<unk>";
        };
        return unknown == null ? -1 : tokenizer.id(unknown);
    }

    /// Whether the bytes that a byte-level piece stands for are UTF-8.
    private static boolean isText(String piece) {
        var bytes = ByteBuffer.allocate(piece.length());
        for (int i = 0; i < piece.length(); i++) {
            int b = Alphabet.byteOf(piece.charAt(i));
            if (b < 0) {
                return true; // no byte-level piece: an added token
            }
            bytes.put((byte) b);
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes.flip());
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }
}
