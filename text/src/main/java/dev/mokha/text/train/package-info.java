/// Learning a vocabulary from raw text: byte-level BPE, SentencePiece-style BPE and WordPiece, parallel where it
/// counts words and deterministic whatever the number of threads.
@NullMarked
package dev.mokha.text.train;

import org.jspecify.annotations.NullMarked;
