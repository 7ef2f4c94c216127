/// How well a language model knows a language: figures that can be compared between tokenizers.
@NullMarked
package dev.mokha.language.evaluate;

import org.jspecify.annotations.NullMarked;
