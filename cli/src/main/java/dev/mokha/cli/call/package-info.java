/// The arguments and results of one model call as files: what `mokha forward` reads and writes.
@NullMarked
package dev.mokha.cli.call;

import org.jspecify.annotations.NullMarked;
