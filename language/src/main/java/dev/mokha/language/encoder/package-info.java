/// Encoders of the BERT line and the thin heads that tasks put on them: the models that read a text in
/// both directions.
@NullMarked
package dev.mokha.language.encoder;

import org.jspecify.annotations.NullMarked;
