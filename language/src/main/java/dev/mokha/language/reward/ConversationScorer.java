package dev.mokha.language.reward;

import dev.mokha.text.chat.Conversation;
import java.util.List;

/// Says how good the last answers of conversations are: a [RewardScorer], or anything else that can tell.
@FunctionalInterface
public interface ConversationScorer {
    /// {@return a finite number for each conversation, larger for better}
    double[] scores(List<Conversation> conversations);
}
