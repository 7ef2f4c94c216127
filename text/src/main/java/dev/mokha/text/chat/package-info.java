/// Conversations as the text a model was trained on: chat templates, the spans that the assistant wrote, token ids with
/// a loss mask.
@NullMarked
package dev.mokha.text.chat;

import org.jspecify.annotations.NullMarked;
