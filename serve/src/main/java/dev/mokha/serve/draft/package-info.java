/// Tokens that are drafted ahead of the model, which checks them all in one pass: where they come from, how
/// many are worth it.
@NullMarked
package dev.mokha.serve.draft;

import org.jspecify.annotations.NullMarked;
