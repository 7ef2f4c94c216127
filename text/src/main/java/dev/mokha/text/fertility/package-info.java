/// How many tokens a tokenizer needs for a language: what a new vocabulary is judged by.
@NullMarked
package dev.mokha.text.fertility;

import org.jspecify.annotations.NullMarked;
