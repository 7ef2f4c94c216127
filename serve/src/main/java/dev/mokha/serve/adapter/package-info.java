/// Low-rank adapters as the serving engine has them: read from PEFT's folders, checked against the base model,
/// packed for the kernels.
@NullMarked
package dev.mokha.serve.adapter;

import org.jspecify.annotations.NullMarked;
