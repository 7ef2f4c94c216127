package dev.mokha.text.grammar;

/// What may follow one first byte of a token.
///
/// @param ids the tokens
/// @param exits nodes of the trie at which the rule may have come to its end and which go on
@SuppressWarnings("ArrayRecordComponent") // made once, read only, never compared
record TokenBranch(int[] ids, int[] exits) {}
