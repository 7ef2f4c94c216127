/// Who is computed when: one step scheduler without phases, the policies it follows, and what it refuses.
/// Pure logic: no tensor, no clock, no thread.
@NullMarked
package dev.mokha.serve.schedule;

import org.jspecify.annotations.NullMarked;
