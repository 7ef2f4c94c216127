/// Extractive question answering: the answer to a question is a span of a given text ([Devlin et al.
/// 2019, §4.2 and §4.3](https://arxiv.org/abs/1810.04805)). Data, windows, decoding and scores are
/// plain Java; only the recipe and the answerer touch tensors. See `docs/question-answering.md`.
@NullMarked
package dev.mokha.language.question;

import org.jspecify.annotations.NullMarked;
