package dev.mokha.serve.engine;

import dev.mokha.language.folder.GenerationConfig;
import dev.mokha.language.source.ModelSource;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.StepModel;
import dev.mokha.serve.model.UnfitOptionException;
import dev.mokha.serve.schedule.Admission;
import dev.mokha.serve.schedule.SchedulerState;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Serves a language model to many users at once: one loop computes all requests' next tokens in one pass
/// over the weights, and prompts in chunks beside them. Equal beginnings of prompts are computed once.
///
/// ```java
/// try (var engine = Engine.open(path, EngineOptions.DEFAULT)) {
///     engine.submit(Request.of(ids, Sampling.greedy(100)), reader);
/// }
/// ```
///
/// After Yu et al. 2022 ([Orca](https://www.usenix.org/conference/osdi22/presentation/yu)) and Kwon et al. 2023
/// ([vLLM](https://arxiv.org/abs/2309.06180)). Any thread may ask.
public final class Engine implements AutoCloseable {
    /// The longest sequences, where nobody says.
    private static final int USUAL_CONTEXT = 8192;

    private final Computing computing;
    private final StepModel model;
    private final Team team;
    private final Tokenizer tokenizer;
    private final GenerationConfig generation;
    private final @Nullable ChatTemplate template;
    private final int context;
    private final Adapters adapters;
    private final StepLoop loop;
    private final AtomicLong ids = new AtomicLong();

    /// @param team from now on closed with this
    private Engine(ModelSource source, EngineOptions options, Team team) {
        this.team = team;
        var config = source.config();
        int longest = config.maxPositionEmbeddings();
        int asked = options.memory().context();
        if (asked > longest) {
            throw new UnfitOptionException("a context of " + asked + " exceeds the model's, which is " + longest);
        }
        this.context = asked == 0 ? Math.min(longest, USUAL_CONTEXT) : asked;
        this.tokenizer = source.tokenizer();
        this.generation = source.generation();
        this.template = source.chatTemplate();
        this.computing = Computing.open(source, options, team, context);
        this.model = computing.model();
        Speculator speculator;
        try {
            speculator = new Speculator(options, computing, team);
        } catch (RuntimeException e) {
            computing.close();
            throw e;
        }
        this.adapters = new Adapters(config, options.adapters(), model.adaptsExperts());
        this.loop = new StepLoop(this, model, team, options, speculator);
        loop.start();
    }

    /// Opens a Hugging Face folder or a GGUF file.
    ///
    /// @throws IllegalArgumentException when it cannot be served; the message says why
    public static Engine open(Path model, EngineOptions options) {
        try (var source = ModelSource.open(model)) {
            var team = new Team(options.compute().threadsOrAll());
            try {
                return new Engine(source, options, team);
            } catch (RuntimeException e) {
                team.close();
                throw e;
            }
        }
    }

    /// A request that was taken.
    ///
    /// @param id by which the engine knows it
    public record Ticket(long id, Runnable canceller) {
        /// Ends it, wherever it is. Its reader hears of that, unless it is done before.
        public void cancel() {
            canceller.run();
        }
    }

    /// Takes a request.
    ///
    /// @param reader hears what becomes of it
    /// @throws RefusedException when too many wait, it can never fit, or the engine is about to stop
    /// @throws IllegalArgumentException when the prompt leaves no room for an answer, or has a token that the
    ///     model does not know
    /// @throws UnknownAdapterException when the adapter that it asks for is not loaded
    public Ticket submit(Request request, Reader reader) {
        check(request);
        try (Place place = reserve(request.promptLength())) {
            return place.submit(request, reader);
        }
    }

    private void check(Request request) {
        if (request.promptLength() >= context) {
            throw new IllegalArgumentException("the prompt has " + request.promptLength() + " tokens; the context is "
                    + context + ", and the answer has to fit in it too");
        }
        for (int token : request.prompt()) {
            if (token < 0 || token >= model.config().vocabSize()) {
                throw new IllegalArgumentException("token " + token + " is none of the model's "
                        + model.config().vocabSize());
            }
        }
    }

    /// Asks for a place in the queue before the work that a request makes: reading it, its tokens.
    ///
    /// @param tokens of the prompt, about
    /// @throws RefusedException when too many wait, or the engine is about to stop
    public Place reserve(int tokens) {
        if (loop.gate().enter(tokens) instanceof Admission.Refused refused) {
            throw new RefusedException(refused);
        }
        return new Place(tokens);
    }

    /// A place in the queue, for one request; closing gives it back where it was not used. For any thread.
    public final class Place implements AutoCloseable {
        private final int tokens;
        private boolean used;

        private Place(int tokens) {
            this.tokens = tokens;
        }

        /// Takes a request; as [Engine#submit].
        public synchronized Ticket submit(Request request, Reader reader) {
            check(request);
            if (used || !isAlive()) {
                throw new IllegalStateException(used ? "the place was used" : "the engine stopped");
            }
            @Nullable String adapter = request.adapter();
            @Nullable AdapterLease lease = adapter == null ? null : adapters.acquire(adapter);
            used = true;
            loop.gate().correct(tokens, request.promptLength());
            var live = new Live(ids.incrementAndGet(), request, lease, search(request), reader, System.nanoTime());
            loop.begin(live);
            return new Ticket(live.id, () -> loop.cancel(live.id));
        }

        @Override
        public synchronized void close() {
            if (!used) {
                used = true;
                loop.gate().giveUp(tokens);
            }
        }
    }

    /// {@return whether it computes: not closed, and nothing went wrong in it}
    public boolean isAlive() {
        return loop.isAlive();
    }

    /// {@return the adapters that requests may ask for}
    public Adapters adapters() {
        return adapters;
    }

    /// {@return the tokenizer}
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /// {@return how the model is meant to be sampled, and the ids with a meaning}
    public GenerationConfig generation() {
        return generation;
    }

    /// {@return how a conversation becomes a prompt; null for a model that does not chat}
    public @Nullable ChatTemplate chatTemplate() {
        return template;
    }

    /// {@return the longest sequence; of a window with sinks the longest prompt}
    public int context() {
        return context;
    }

    private @Nullable BeamAnswers search(Request request) {
        @Nullable Beams beams = request.beams();
        var endOfText = Set.copyOf(generation.special().eos());
        return beams == null
                ? null
                : new BeamAnswers(request, beams, AnswerEnds.of(request, endOfText, room(request.promptLength())));
    }

    /// {@return how long an answer can be: what the prompt leaves of the context, and without end behind sinks}
    int room(int promptLength) {
        return (model.window().sinks() > 0 ? Integer.MAX_VALUE : context) - promptLength;
    }

    /// {@return the scheduler's figures after the last step}
    public SchedulerState state() {
        return loop.state();
    }

    /// {@return what computes, and in how much memory}
    public EngineFacts facts() {
        return new EngineFacts(
                model.describe(),
                team.threads(),
                model.footprint(),
                model.keyValues(),
                model.blocks() * model.blockBytes(),
                model.blocks(),
                computing.loss());
    }

    /// Takes no more requests, and finishes those that are there.
    ///
    /// @param patience after which the rest is ended
    /// @return whether all were finished
    public boolean drain(Duration patience) {
        return loop.drain(patience);
    }

    /// Ends at once; readers of requests that were not done hear of it.
    @Override
    public void close() {
        loop.close();
        adapters.close();
        team.close();
        computing.close();
    }
}
