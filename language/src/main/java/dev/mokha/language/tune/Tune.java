package dev.mokha.language.tune;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.recipe.Split;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.Loading;
import dev.mokha.nn.fit.Batches;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.Shuffled;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.EncodedChat;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Response-only supervised fine-tuning: the loss is the mean cross-entropy over what the assistant wrote,
/// its end of turn included, and nothing else (ALLaM specification, §4).
///
/// A conversation longer than the context is cut at its end; one of which nothing of the assistant's is left
/// is passed over.
///
/// @param recipe how the training goes; a batch is of rows
/// @param packed whether a row holds as many conversations as fit, which do not see each other
/// @param noise α of NEFTune ([Jain et al. 2023](https://arxiv.org/abs/2310.05914)): in training the
///     embeddings get noise from `[−α/√(time · hidden), α/√(time · hidden)]`; 0 for none, 5 in the paper
/// @param lora adapters that are trained in place of the weights; null trains the weights
public record Tune(
        Recipe recipe,
        boolean packed,
        double noise,
        @Nullable LoRA lora) {
    public Tune {
        if (!(noise >= 0) || Double.isInfinite(noise)) {
            throw new IllegalArgumentException("the noise is 0 or more, not " + noise);
        }
    }

    /// All weights, a conversation a row, and no noise.
    public static Tune of(Recipe recipe) {
        return new Tune(recipe, false, 0, null);
    }

    /// Conversations as tokens.
    ///
    /// @param passedOver of how many the assistant's first word is beyond the context
    /// @param cut how many others end beyond it
    public record Encoded(List<EncodedChat> train, List<EncodedChat> heldOut, int passedOver, int cut) {
        public Encoded {
            train = List.copyOf(train);
            heldOut = List.copyOf(heldOut);
        }
    }

    /// Turns conversations into tokens.
    ///
    /// @throws IllegalArgumentException when the template cannot render one, or the assistant does not speak
    ///     within the context in any to learn from
    public Encoded encode(ChatEncoder encoder, Split<Conversation> chats) {
        List<EncodedChat> train = encoded(encoder, chats.train(), "conversation ");
        List<EncodedChat> heldOut = encoded(encoder, chats.heldOut(), "held-out conversation ");
        int context = recipe.context();
        if (train.isEmpty()) {
            throw new IllegalArgumentException("in none of " + chats.train().size()
                    + " conversations does the assistant speak within " + context + " tokens; lengthen the context");
        }
        if (heldOut.isEmpty() && !chats.heldOut().isEmpty()) {
            throw new IllegalArgumentException("in none of " + chats.heldOut().size()
                    + " held-out conversations does the assistant speak within " + context
                    + " tokens; lengthen the context");
        }
        long cut = IntStream.concat(
                        train.stream().mapToInt(EncodedChat::size),
                        heldOut.stream().mapToInt(EncodedChat::size))
                .filter(size -> size > context)
                .count();
        return new Encoded(train, heldOut, chats.size() - train.size() - heldOut.size(), (int) cut);
    }

    private List<EncodedChat> encoded(ChatEncoder encoder, List<Conversation> conversations, String name) {
        List<EncodedChat> chats = new ArrayList<>();
        for (int i = 0; i < conversations.size(); i++) {
            EncodedChat chat;
            try {
                chat = encoder.encode(conversations.get(i));
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(name + (i + 1) + ": " + e.getMessage(), e);
            }
            if (firstLoss(chat) < recipe.context()) {
                chats.add(chat);
            }
        }
        return chats;
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

    /// {@return a folder's model, with adapters where this recipe has them, to be trained}
    public Decoder open(ModelFolder folder) {
        return folder.decoder(Loading.forTraining(Device.CPU).seed(recipe.seed()), lora);
    }

    /// Trains until the steps, the budget or the signal end it; resumes from the checkpoints in `out`.
    ///
    /// @param model from [#open], trained in place
    /// @param pad fills rows up; the model does not see it
    public Recipe.Result run(Decoder model, int pad, Encoded chats, Path out, Progress progress, StopSignal stop) {
        // One conversation a row, so that what is measured does not hang on how training rows are filled.
        ChatRows rows = ChatRows.single(chats.heldOut(), recipe.context());
        List<Integer> numbers = IntStream.range(0, rows.rows().size()).boxed().toList();
        List<Supplier<ChatBatch>> heldOut = recipe.batches(numbers).stream()
                .<Supplier<ChatBatch>>map(some -> () ->
                        rows.load(some.stream().mapToInt(Integer::intValue).toArray(), pad))
                .toList();
        try (var stream = new Rng(recipe.seed())) {
            var task = new ChatTask(model, noise, stream, heldOut);
            return recipe.run(task, model.params(), batches(chats, pad), out, progress, stop);
        }
    }

    /// {@return the conversations to learn from, in an order drawn for each pass}
    Batches<ChatBatch> batches(Encoded chats, int pad) {
        ChatRows rows = rows(chats);
        return new Shuffled<>(
                new Shuffled.Examples(rows.rows().size(), recipe.batch()),
                recipe.seed(),
                chosen -> rows.load(chosen, pad));
    }

    private ChatRows rows(Encoded chats) {
        return packed
                ? ChatRows.packed(chats.train(), recipe.context())
                : ChatRows.single(chats.train(), recipe.context());
    }

    /// {@return how many rows a pass has}
    public int rowsOf(Encoded chats) {
        return rows(chats).rows().size();
    }

    /// {@return the first rows that training would see, as people read them}
    public List<ShownRow> show(Encoded chats, int pad, Tokenizer tokenizer, int count) {
        List<ShownRow> shown = new ArrayList<>();
        Batches<ChatBatch> batches = batches(chats, pad);
        while (shown.size() < count) {
            try (var _ = Scope.open("shown rows")) {
                shown.addAll(ShownRow.of(batches.next(), pad, tokenizer));
            }
        }
        return shown.subList(0, count);
    }

    /// {@return the settings in words, for `run.json`}
    public Map<String, String> describe() {
        Map<String, String> words = recipe.describe();
        if (recipe.accumulation() == 1) { // what is as it always was keeps its description, so that older runs go on
            words.remove("accumulation");
        }
        if (packed) {
            words.put("packed", "true");
        }
        if (noise > 0) {
            words.put("noise", Double.toString(noise));
        }
        if (lora != null) {
            words.put("lora", lora.toString());
        }
        return words;
    }
}
