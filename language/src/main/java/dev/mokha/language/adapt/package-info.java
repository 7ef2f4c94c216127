/// Giving a decoder a new language: rows for new pieces of vocabulary, and what is trained on them.
@NullMarked
package dev.mokha.language.adapt;

import org.jspecify.annotations.NullMarked;
