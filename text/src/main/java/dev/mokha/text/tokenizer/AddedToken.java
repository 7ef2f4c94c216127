package dev.mokha.text.tokenizer;

/// A token that is cut out of text as it stands, before the model sees it.
///
/// @param content what it reads as
/// @param singleWord match only where no letter or digit touches it
/// @param lstrip take white space on the left with it
/// @param rstrip take white space on the right with it
/// @param normalized look for it in the normalised text, not in the raw one
/// @param special leave it out when decoding with `skipSpecial`
public record AddedToken(
        String content, boolean singleWord, boolean lstrip, boolean rstrip, boolean normalized, boolean special) {
    /// A special token, matched in raw text wherever it stands: `<s>`, `[SEP]`, `<|endoftext|>`.
    public static AddedToken special(String content) {
        return new AddedToken(content, false, false, false, false, true);
    }

    /// A token of no special meaning, matched in normalised text.
    public static AddedToken plain(String content) {
        return new AddedToken(content, false, false, false, true, false);
    }
}
