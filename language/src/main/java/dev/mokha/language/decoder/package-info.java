/// The decoder family of `config.json`: Llama 1 to 3, Mistral, Qwen2, 2.5 and 3. One implementation; the families
/// differ by configuration.
@NullMarked
package dev.mokha.language.decoder;

import org.jspecify.annotations.NullMarked;
