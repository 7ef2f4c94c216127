package dev.mokha.language.adapt;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.nn.Params;
import dev.mokha.nn.Probe;
import dev.mokha.nn.fit.Batches;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.ModelTask;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.Shuffled;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Tensor;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.EncodedChat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Response-only supervised fine-tuning: the loss is the mean cross-entropy over what the assistant wrote,
/// its end of turn included, and nothing else (ALLaM specification, §4).
///
/// A conversation longer than the context is cut at its end; one of which nothing of the assistant's is left
/// is passed over.
///
/// @param context the tokens of a row at most
/// @param batch conversations in a batch
/// @param steps how many steps
/// @param schedule the learning rate of each step
/// @param precision what products run in
/// @param every how often to log, evaluate and write checkpoints
/// @param seed draws the order of conversations, and the noise
/// @param packed whether a row holds as many conversations as fit, which do not see each other
/// @param noise α of NEFTune ([Jain et al. 2023](https://arxiv.org/abs/2310.05914)): in training the
///     embeddings get noise from `[−α/√(time · hidden), α/√(time · hidden)]`; 0 for none, 5 in the paper
public record Tune(
        int context,
        int batch,
        long steps,
        Schedule schedule,
        Fit.Precision precision,
        Fit.Every every,
        long seed,
        boolean packed,
        double noise) {
    private static final String EMBEDDED = "model.embed_tokens.output";

    /// A conversation a row, and no noise.
    public Tune(
            int context,
            int batch,
            long steps,
            Schedule schedule,
            Fit.Precision precision,
            Fit.Every every,
            long seed) {
        this(context, batch, steps, schedule, precision, every, seed, false, 0);
    }

    public Tune {
        if (!(noise >= 0) || Double.isInfinite(noise)) {
            throw new IllegalArgumentException("the noise is 0 or more, not " + noise);
        }
        if (context < 2 || batch < 1 || steps < 1) {
            throw new IllegalArgumentException("context must be at least 2, batch and steps at least 1, were " + context
                    + ", " + batch + ", " + steps);
        }
    }

    /// Conversations side by side.
    ///
    /// @param tokens 64-bit integers `[batch, time]`, filled up on the right
    /// @param labels 64-bit integers `[batch, time]`: the ids where the assistant wrote, -100 elsewhere
    /// @param counted how many labels count
    public record ChatBatch(TokenBatch tokens, Tensor labels, int counted) {}

    /// Trains until the steps or the signal end it; resumes from the checkpoints in `out`.
    ///
    /// @param pad fills rows up; the model does not see it
    /// @throws IllegalArgumentException when no conversation fits the context
    public Fit.Result run(
            Decoder model,
            ChatEncoder encoder,
            int pad,
            List<Conversation> conversations,
            Path out,
            Progress progress,
            StopSignal stop) {
        Batches<ChatBatch> batches = batches(encoder, pad, conversations);
        try (var optimizer = new AdamW(
                        model.params().trainable(), AdamW.Config.decoder().withWeightDecay(0));
                var stream = new Rng(seed)) {
            return Fit.steps(steps, schedule)
                    .withPrecision(precision)
                    .withEvery(every)
                    .withOutput(out)
                    .run(new ChatTask(model, noise, stream), optimizer, batches, progress, stop);
        }
    }

    /// {@return the conversations of which something of the assistant's fits, in an order drawn for each
    /// pass}
    Batches<ChatBatch> batches(ChatEncoder encoder, int pad, List<Conversation> conversations) {
        List<EncodedChat> chats = new ArrayList<>();
        for (Conversation conversation : conversations) {
            EncodedChat chat = encoder.encode(conversation);
            if (firstLoss(chat) < context) {
                chats.add(chat);
            }
        }
        if (chats.isEmpty()) {
            throw new IllegalArgumentException("in none of " + conversations.size()
                    + " conversations does the assistant speak within " + context + " tokens; lengthen the context");
        }
        ChatRows rows = packed ? ChatRows.packed(chats, context) : ChatRows.single(chats, context);
        return new Shuffled<>(new Shuffled.Examples(rows.rows().size(), batch), seed, chosen -> rows.load(chosen, pad));
    }

    /// {@return the settings in words, for `run.json`}
    public Map<String, String> describe() {
        Map<String, String> words = new TreeMap<>();
        words.put("context", Integer.toString(context));
        words.put("batch", Integer.toString(batch));
        words.put("steps", Long.toString(steps));
        words.put("schedule", schedule.toString());
        words.put("precision", precision.name());
        words.put("seed", Long.toString(seed));
        if (packed) { // what is as it always was keeps its description, so that older runs go on
            words.put("packed", "true");
        }
        if (noise > 0) {
            words.put("noise", Double.toString(noise));
        }
        return words;
    }

    private static int firstLoss(EncodedChat chat) {
        boolean[] loss = chat.loss();
        for (int i = 1; i < loss.length; i++) {
            if (loss[i]) {
                return i;
            }
        }
        return Integer.MAX_VALUE;
    }

    private record ChatTask(Decoder model, double noise, Rng stream) implements ModelTask<ChatBatch> {
        @Override
        public Params params() {
            return model.params();
        }

        @Override
        public Tensor loss(ChatBatch batch) {
            if (noise == 0) {
                return model.loss(batch.tokens(), batch.labels());
            }
            return Probe.replacing(EMBEDDED::equals, (_, embedded) -> noisy(embedded))
                    .during(() -> model.loss(batch.tokens(), batch.labels()));
        }

        /// @param embedded `[batch, time, hidden]`
        private Tensor noisy(Tensor embedded) {
            double most = noise / Math.sqrt((double) embedded.size(1) * embedded.size(2));
            Tensor drawn = stream.uniform(-most, most, embedded.shape());
            return embedded.add(drawn.to(embedded.device()).to(embedded.dtype()));
        }

        @Override
        public Map<String, Rng> streams() {
            return noise == 0 ? Map.of() : Map.of("noise", stream);
        }

        @Override
        public double weight(ChatBatch batch) {
            return batch.counted();
        }

        @Override
        public long tokens(ChatBatch batch) {
            return batch.tokens().ids().count();
        }

        @Override
        public @Nullable Evaluation evaluate() {
            return null;
        }
    }
}
