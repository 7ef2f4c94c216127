/// Hugging Face folders, read and written: `config.json`, safetensors, `tokenizer.json`,
/// `generation_config.json` and chat templates.
@NullMarked
package dev.mokha.language.folder;

import org.jspecify.annotations.NullMarked;
