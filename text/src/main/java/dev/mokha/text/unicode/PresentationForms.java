package dev.mokha.text.unicode;

import java.text.Normalizer;

/// Compatibility decomposition of the two Arabic presentation blocks alone.
final class PresentationForms {
    private PresentationForms() {}

    static String fold(String text) {
        int first = 0;
        while (first < text.length() && !isForm(text.charAt(first))) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        var out = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isForm(c)) {
                out.append(Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKC));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static boolean isForm(char c) {
        return (c >= 0xFB50 && c <= 0xFDFF) || (c >= 0xFE70 && c <= 0xFEFC);
    }
}
