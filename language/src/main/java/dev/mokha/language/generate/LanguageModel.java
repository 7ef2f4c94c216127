package dev.mokha.language.generate;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.language.folder.GenerationConfig;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.Device;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.tokenizer.StreamingDecoder;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A decoder with its tokenizer: text in, text out.
///
/// ```java
/// try (var model = LanguageModel.load(folder)) {
///     model.generate("Once upon a time", Sampling.random(128, 0.7, 42), System.out::print);
/// }
/// ```
///
/// For one thread at a time, and a platform thread. An interrupt ends the answer that is being given.
public final class LanguageModel implements AutoCloseable {
    private final Decoder decoder;
    private final Tokenizer tokenizer;
    private final GenerationConfig defaults;
    private final @Nullable ChatTemplate template;
    private final Generator generator;

    /// @param decoder from now on closed with this
    /// @param defaults the ids that end an answer, and how the makers mean the model to be sampled
    /// @param template how a conversation becomes a prompt; null for a model that does not chat
    public LanguageModel(
            Decoder decoder, Tokenizer tokenizer, GenerationConfig defaults, @Nullable ChatTemplate template) {
        this.decoder = decoder;
        this.tokenizer = tokenizer;
        this.defaults = defaults;
        this.template = template;
        this.generator = new Generator(decoder);
    }

    /// Opens a model on the processor: the weights of a folder are mapped, in their own type, and not copied.
    ///
    /// @param model a Hugging Face folder, or a GGUF file
    public static LanguageModel load(Path model) {
        return load(model, Loading.forUse(Device.CPU));
    }

    /// Opens a model.
    ///
    /// @param model a Hugging Face folder, or a GGUF file
    public static LanguageModel load(Path model, Loading loading) {
        try (var source = ModelSource.open(model)) {
            Tokenizer tokenizer = source.tokenizer();
            @Nullable ChatTemplate template = source.chatTemplate();
            return new LanguageModel(source.decoder(loading), tokenizer, source.generation(), template);
        }
    }

    /// {@return the model without its tokenizer}
    public Decoder decoder() {
        return decoder;
    }

    /// {@return the tokenizer}
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /// {@return how the folder means the model to be sampled}
    /// @param maxNewTokens where the folder does not say
    public Sampling defaults(int maxNewTokens) {
        return Sampling.of(defaults, maxNewTokens);
    }

    /// Completes a text.
    ///
    /// @param onText called with each piece of the answer as it becomes certain: whole characters, no part of
    ///     a stop text
    public Answer generate(String prompt, Sampling sampling, Consumer<String> onText) {
        return generate(promptIds(prompt), true, sampling, onText);
    }

    /// Completes a text.
    public Answer generate(String prompt, Sampling sampling) {
        return generate(prompt, sampling, _ -> {});
    }

    /// {@return the ids that begin and end texts}
    public SpecialIds special() {
        return defaults.special();
    }

    /// {@return how a conversation becomes a prompt; null for a model that does not chat}
    public @Nullable ChatTemplate chatTemplate() {
        return template;
    }

    /// {@return whether there is a chat template}
    public boolean canChat() {
        return template != null;
    }

    /// Answers a conversation, put into words by the model's chat template. What was read for the turn before
    /// is kept.
    ///
    /// @param onText called with each piece of the answer as it becomes certain
    /// @throws IllegalStateException when the model has no chat template
    public Answer chat(Conversation conversation, Sampling sampling, Consumer<String> onText) {
        if (template == null) {
            throw new IllegalStateException("the model has no chat template (a folder's chat_template.jinja, or"
                    + " chat_template in its tokenizer_config.json; a GGUF file's tokenizer.chat_template); give it a"
                    + " prompt instead");
        }
        String prompt = template.render(conversation.toBeAnswered()).text();
        return generate(tokenizer.encodeIds(prompt, false), false, sampling, onText);
    }

    /// Continues tokens.
    ///
    /// @param fresh whether to read all of them again. Without, what the last call read is kept where the two
    ///     begin alike, as in a chat, which rounds a little differently
    public Answer generate(int[] prompt, boolean fresh, Sampling sampling, Consumer<String> onText) {
        var sampler = new Sampler(sampling, prompt, defaults.special().eos());
        var listener = new Listener(sampling, onText);
        boolean full = generator.run(prompt, fresh, sampler, listener);
        return listener.answer(prompt.length, full);
    }

    /// Continues several prompts at once: much faster than one after the other, and the same up to rounding.
    ///
    /// @throws IllegalArgumentException when a prompt with its longest answer does not fit the context
    public List<Answer> generate(List<int[]> prompts, Sampling sampling) {
        List<Listener> listeners =
                prompts.stream().map(_ -> new Listener(sampling, _ -> {})).toList();
        new BatchGenerator(decoder, defaults.special().eos()).run(prompts, 1, _ -> sampling, listeners::get);
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            answers.add(listeners.get(i).answer(prompts.get(i).length, false));
        }
        return answers;
    }

    private int[] promptIds(String prompt) {
        int[] ids = tokenizer.encodeIds(prompt);
        Integer bos = defaults.special().bos();
        return ids.length == 0 && bos != null ? new int[] {bos} : ids;
    }

    /// Forgets what has been read, as when a chat begins anew.
    public void reset() {
        generator.reset();
    }

    @Override
    public void close() {
        generator.close();
        decoder.close();
    }

    /// Puts the tokens of one answer together.
    private final class Listener implements Generator.Taker {
        private final Sampling sampling;
        private final Consumer<String> onText;
        private final StreamingDecoder stream = tokenizer.streamingDecoder(true);
        private final StopTexts stops;
        private final StringBuilder text = new StringBuilder();
        private final List<Sampler.Choice> choices = new ArrayList<>();
        private Answer.End end = Answer.End.CONTEXT;

        Listener(Sampling sampling, Consumer<String> onText) {
            this.sampling = sampling;
            this.onText = onText;
            this.stops = new StopTexts(sampling.stop(), sampling.ending().textKept());
        }

        @Override
        public boolean take(Sampler.Choice choice) {
            choices.add(choice);
            if (defaults.special().eos().contains(choice.id())) {
                return ends(Answer.End.END_OF_TEXT);
            }
            if (sampling.ending().ids().contains(choice.id())) {
                return ends(Answer.End.STOP_TOKEN);
            }
            give(stops.push(stream.push(choice.id())));
            if (stops.stopped()) {
                return ends(Answer.End.STOP_TEXT);
            }
            if (choices.size() == sampling.maxNewTokens()) {
                return ends(Answer.End.LENGTH);
            }
            return !Thread.currentThread().isInterrupted() || ends(Answer.End.INTERRUPTED);
        }

        private boolean ends(Answer.End reason) {
            end = reason;
            return false;
        }

        private void give(String piece) {
            if (!piece.isEmpty()) {
                text.append(piece);
                onText.accept(piece);
            }
        }

        Answer answer(int promptTokens, boolean full) {
            give(stops.push(stream.finish()));
            give(stops.finish());
            Answer.End why = full ? Answer.End.CONTEXT : stops.stopped() ? Answer.End.STOP_TEXT : end;
            var ids = choices.stream().map(Sampler.Choice::id).toList();
            boolean reported = sampling.report().of() != Report.Of.NOTHING;
            return new Answer(text.toString(), ids, promptTokens, why, reported ? choices : List.of());
        }
    }
}
