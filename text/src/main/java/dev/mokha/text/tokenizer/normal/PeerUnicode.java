package dev.mokha.text.tokenizer.normal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Character classes as the reference implementation sees them, whose tables are of other Unicode versions than the
/// JDK's.
public final class PeerUnicode {
    private static final String RESOURCE = "peer-unicode.txt";
    private static final Map<String, BitSet> CLASSES = read();
    private static final BitSet PUNCTUATION = set("punctuation");
    private static final BitSet NONSPACING = set("nonspacing");
    private static final BitSet OTHER = set("other");
    private static final BitSet MARK = set("mark");
    private static final BitSet DECOMPOSES = set("decomposes");

    private static final byte[] DECOMPOSES_HERE = new byte[0x10000];

    private PeerUnicode() {}

    private static BitSet set(String name) {
        return Objects.requireNonNull(CLASSES.get(name), name);
    }

    private static Map<String, BitSet> read() {
        var out = new HashMap<String, BitSet>();
        try (var in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(PeerUnicode.class.getResourceAsStream(RESOURCE), RESOURCE),
                StandardCharsets.US_ASCII))) {
            for (String line : in.lines().filter(l -> !l.startsWith("#")).toList()) {
                int space = line.indexOf(' ');
                var set = new BitSet();
                for (String range : line.substring(space + 1).split(",", -1)) {
                    int dash = range.indexOf('-');
                    int from = Integer.parseInt(dash < 0 ? range : range.substring(0, dash), 16);
                    int to = dash < 0 ? from : Integer.parseInt(range.substring(dash + 1), 16);
                    set.set(from, to + 1);
                }
                out.put(line.substring(0, space), set);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + RESOURCE, e);
        }
        return out;
    }

    /// {@return whether the reference's normalisation tables are older than this character, so that it stays}
    static boolean unknownToNormalizer(int codePoint) {
        if (DECOMPOSES.get(codePoint) || codePoint < 0x300) {
            return false;
        }
        return (isMark(codePoint) && !MARK.get(codePoint)) || decomposesHere(codePoint);
    }

    /// {@return whether the JDK takes this character apart and the reference does not}
    static boolean decomposesHereOnly(int codePoint) {
        return codePoint >= 0x300 && !DECOMPOSES.get(codePoint) && decomposesHere(codePoint);
    }

    /// Remembered for the basic plane; two threads can only write the same value.
    private static boolean decomposesHere(int codePoint) {
        boolean basic = codePoint < 0x10000;
        byte known = basic ? DECOMPOSES_HERE[codePoint] : 0;
        if (known == 0) {
            String alone = Character.toString(codePoint);
            known = (byte) (Form.NFKD.apply(alone).equals(alone) ? 1 : 2);
            if (basic) {
                DECOMPOSES_HERE[codePoint] = known;
            }
        }
        return known == 2;
    }

    static boolean isMark(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }

    /// {@return whether this is a combining mark: any of category M}
    static boolean isCombiningMark(int codePoint) {
        return MARK.get(codePoint);
    }

    /// {@return whether this is a non-spacing mark, category Mn}
    static boolean isNonSpacingMark(int codePoint) {
        return NONSPACING.get(codePoint);
    }

    /// {@return whether this is of category Cc, Cf, Cs or Co}
    static boolean isOther(int codePoint) {
        return OTHER.get(codePoint) && codePoint != 0xFFFD;
    }

    /// {@return whether this is punctuation: ASCII's, symbols included, or category P}
    public static boolean isPunctuation(int codePoint) {
        return PUNCTUATION.get(codePoint);
    }

    /// {@return whether this has the Unicode property White_Space}
    public static boolean isWhitespace(int codePoint) {
        return codePoint == ' '
                || (codePoint >= 9 && codePoint <= 13)
                || (codePoint > 0x7F && (codePoint == 0x85 || codePoint == 0xA0 || isWideSpace(codePoint)));
    }

    private static boolean isWideSpace(int codePoint) {
        return codePoint == 0x1680
                || (codePoint >= 0x2000 && codePoint <= 0x200A)
                || codePoint == 0x2028
                || codePoint == 0x2029
                || codePoint == 0x202F
                || codePoint == 0x205F
                || codePoint == 0x3000;
    }

    /// {@return whether this is of category N}
    public static boolean isNumeric(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    /// {@return whether this is of category L}
    public static boolean isLetter(int codePoint) {
        return Character.isLetter(codePoint);
    }

    /// {@return whether this is a word character, `\w` of Unicode regular expressions}
    public static boolean isWord(int codePoint) {
        int type = Character.getType(codePoint);
        return Character.isAlphabetic(codePoint)
                || isMark(codePoint)
                || type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.CONNECTOR_PUNCTUATION
                || codePoint == 0x200C
                || codePoint == 0x200D;
    }
}
