/// What a decoder's step is made of: products of packed weights, attention over paged keys and values, and what
/// stands between them; in C where the machine has what it needs, else in Java.
@NullMarked
package dev.mokha.serve.kernel;

import org.jspecify.annotations.NullMarked;
