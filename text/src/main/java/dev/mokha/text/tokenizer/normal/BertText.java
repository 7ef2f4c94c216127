package dev.mokha.text.tokenizer.normal;

/// BERT's basic text preparation, step by step as the reference does it.
final class BertText {
    private BertText() {}

    static void normalize(Normalizer.Bert config, AlignedText text) {
        if (config.cleanText()) {
            Letters.filter(text, c -> !(c == 0 || c == 0xFFFD || isControl(c)));
            for (int i = 0; i < text.length(); i++) {
                if (PeerUnicode.isWhitespace(text.at(i))) {
                    text.set(i, ' ');
                }
            }
        }
        if (config.handleChineseChars()) {
            spaceChinese(text);
        }
        if (config.stripsAccents()) {
            Forms.of(Form.NFD).apply(text);
            Letters.filter(text, c -> !PeerUnicode.isNonSpacingMark(c));
        }
        if (config.lowercase()) {
            Letters.lowercase(text);
        }
    }

    private static boolean isControl(int c) {
        return c != '\t' && c != '\n' && c != '\r' && PeerUnicode.isOther(c);
    }

    static boolean isChinese(int c) {
        return c >= 0x3400
                && (c <= 0x4DBF
                        || (c >= 0x4E00 && c <= 0x9FFF)
                        || (c >= 0xF900 && c <= 0xFAFF)
                        || (c >= 0x20000 && c <= 0x2A6DF)
                        || (c >= 0x2A700 && c <= 0x2B73F)
                        || (c >= 0x2B740 && c <= 0x2B81F)
                        || (c >= 0x2B920 && c <= 0x2CEAF)
                        || (c >= 0x2F800 && c <= 0x2FA1F));
    }

    private static void spaceChinese(AlignedText text) {
        int n = text.length();
        boolean changed = false;
        for (int i = 0; i < n; ) {
            int codePoint = text.codePoint(i);
            int width = Character.charCount(codePoint);
            boolean chinese = isChinese(codePoint);
            if (chinese && !changed) {
                changed = true;
                text.begin(i);
            }
            if (chinese) {
                text.put(' ', i);
                text.keep(i, i + width);
                text.put(' ', i);
            } else if (changed) {
                text.keep(i, i + width);
            }
            i += width;
        }
        if (changed) {
            text.commit();
        }
    }
}
