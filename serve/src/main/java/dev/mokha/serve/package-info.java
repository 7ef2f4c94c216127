/// Serves language models to many users at once, in one process.
@NullMarked
package dev.mokha.serve;

import org.jspecify.annotations.NullMarked;
