/// Models in one file: the GGUF format of llama.cpp, its metadata, and its quantised blocks as numbers.
@NullMarked
package dev.mokha.language.gguf;

import org.jspecify.annotations.NullMarked;
