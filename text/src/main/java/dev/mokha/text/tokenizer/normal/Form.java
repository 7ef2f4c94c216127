package dev.mokha.text.tokenizer.normal;

/// The four normalisation forms, by the names of `tokenizer.json`.
public enum Form {
    /// Canonical composition.
    NFC(java.text.Normalizer.Form.NFC),
    /// Canonical decomposition.
    NFD(java.text.Normalizer.Form.NFD),
    /// Compatibility composition.
    NFKC(java.text.Normalizer.Form.NFKC),
    /// Compatibility decomposition.
    NFKD(java.text.Normalizer.Form.NFKD);

    private final java.text.Normalizer.Form jdk;

    Form(java.text.Normalizer.Form jdk) {
        this.jdk = jdk;
    }

    String apply(String text) {
        return java.text.Normalizer.normalize(text, jdk);
    }

    boolean compatibility() {
        return this == NFKC || this == NFKD;
    }

    boolean composes() {
        return this == NFC || this == NFKC;
    }
}
