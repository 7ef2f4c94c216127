package dev.mokha.language.reward;

import dev.mokha.language.decoder.RewardModel;
import dev.mokha.nn.Mode;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.Conversation;
import java.util.ArrayList;
import java.util.List;

/// Scores conversations with a reward model, as its training read them: through the chat template, whole.
public final class RewardScorer implements ConversationScorer {
    private final RewardModel model;
    private final ChatEncoder encoder;
    private final int batch;

    /// @param model stays the caller's, who closes it
    /// @param batch conversations read at once
    public RewardScorer(RewardModel model, ChatEncoder encoder, int batch) {
        if (batch < 1) {
            throw new IllegalArgumentException("a batch has at least one conversation, not " + batch);
        }
        this.model = model;
        this.encoder = encoder;
        this.batch = batch;
    }

    /// @throws IllegalArgumentException for a conversation longer than what the model was made for: a part of
    ///     it would get another score
    @Override
    public double[] scores(List<Conversation> conversations) {
        List<int[]> texts = new ArrayList<>();
        for (Conversation conversation : conversations) {
            int[] ids = encoder.encode(conversation).ids();
            int longest = model.config().maxPositionEmbeddings();
            if (ids.length > longest) {
                throw new IllegalArgumentException("conversation " + (texts.size() + 1) + " has " + ids.length
                        + " tokens; the model was made for " + longest + " (max_position_embeddings)");
            }
            texts.add(ids);
        }
        model.params().mode(Mode.EVAL);
        double[] scores = new double[texts.size()];
        for (int from = 0; from < scores.length; from += batch) {
            try (var _ = Scope.open("scores");
                    var _ = Gradients.off()) {
                List<int[]> some = texts.subList(from, Math.min(scores.length, from + batch));
                double[] found = model.scores(some).toDoubles();
                System.arraycopy(found, 0, scores, from, found.length);
            }
        }
        return scores;
    }
}
