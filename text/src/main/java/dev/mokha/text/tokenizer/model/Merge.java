package dev.mokha.text.tokenizer.model;

/// One line of a byte-pair merge list: `left` and `right` become the piece `left + right`.
public record Merge(String left, String right) {}
