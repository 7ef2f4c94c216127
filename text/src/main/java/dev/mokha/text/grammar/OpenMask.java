package dev.mokha.text.grammar;

/// What may follow above a call, whoever called.
///
/// @param tokens those that end inside
/// @param exits nodes of the trie at which the call may have come to its end and which go on
@SuppressWarnings("ArrayRecordComponent") // made once, read only, never compared
record OpenMask(TokenSet tokens, int[] exits) {}
