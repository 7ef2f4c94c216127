/// BERT as google-research/bert publishes it: a TensorFlow checkpoint, its names, its `bert_config.json`.
@NullMarked
package dev.mokha.language.official;

import org.jspecify.annotations.NullMarked;
