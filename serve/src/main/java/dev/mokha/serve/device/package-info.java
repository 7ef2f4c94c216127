/// A decoder's steps by libtorch, on a GPU or on the processor: paged keys and values in the device's memory.
@NullMarked
package dev.mokha.serve.device;

import org.jspecify.annotations.NullMarked;
