/// Folders whose projections are packed in a few bits: the layouts of GPTQ and AWQ checkpoints at Hugging Face.
@NullMarked
package dev.mokha.language.packed;

import org.jspecify.annotations.NullMarked;
