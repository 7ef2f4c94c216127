/// From documents to examples of masked language modelling: sentences, pairs of them, masks, files. No
/// tensors.
@NullMarked
package dev.mokha.language.masking;

import org.jspecify.annotations.NullMarked;
