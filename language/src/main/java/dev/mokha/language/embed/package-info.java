/// Vectors of texts and of their tokens, from an encoder: the feature extraction of
/// [Devlin et al. 2019, §5.3](https://arxiv.org/abs/1810.04805), and what sentence-transformers' folders say
/// about pooling.
@NullMarked
package dev.mokha.language.embed;

import org.jspecify.annotations.NullMarked;
