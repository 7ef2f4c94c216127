/// Encoders for many users: rows of numbers for texts and pairs, such as vectors, classes and scores, computed
/// together.
@NullMarked
package dev.mokha.serve.encode;

import org.jspecify.annotations.NullMarked;
