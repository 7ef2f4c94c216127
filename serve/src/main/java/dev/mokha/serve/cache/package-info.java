/// The paged cache's bookkeeping: which block holds which positions of which sequence, and who shares it.
/// Numbers only; the memory itself is the engine's.
@NullMarked
package dev.mokha.serve.cache;

import org.jspecify.annotations.NullMarked;
