package dev.mokha.text.tokenizer.split;

/// What becomes of the matches of a split; the names are those of `tokenizer.json`.
public enum Behavior {
    /// Matches are thrown away.
    REMOVED("Removed"),
    /// Each match is a word of its own.
    ISOLATED("Isolated"),
    /// A match ends the word before it.
    MERGED_WITH_PREVIOUS("MergedWithPrevious"),
    /// A match begins the word after it.
    MERGED_WITH_NEXT("MergedWithNext"),
    /// Neighbouring matches are one word.
    CONTIGUOUS("Contiguous");

    private final String json;

    Behavior(String json) {
        this.json = json;
    }

    /// {@return the name in `tokenizer.json`}
    public String json() {
        return json;
    }
}
