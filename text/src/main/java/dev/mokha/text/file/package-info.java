/// Reading and writing whole files: gzipped or not, and never half a one.
@NullMarked
package dev.mokha.text.file;

import org.jspecify.annotations.NullMarked;
