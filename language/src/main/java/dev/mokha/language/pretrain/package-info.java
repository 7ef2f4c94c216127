/// Training a decoder on text: batches from mixtures, the loss, and the recipe that ties them to the fit
/// loop.
@NullMarked
package dev.mokha.language.pretrain;

import org.jspecify.annotations.NullMarked;
