package dev.mokha.serve.engine;

import dev.mokha.language.generate.Report;
import dev.mokha.language.generate.Sampler;
import dev.mokha.language.generate.Sampling;
import dev.mokha.serve.schedule.Ended;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Two engines: the small one answers, and where it was not sure of its answer the large one does. That loses
/// what the large one would have said better where the small one was sure, and saves its time there.
///
/// Chen et al. 2023, [FrugalGPT](https://arxiv.org/abs/2305.05176), §3, with the mean log probability of an
/// answer's tokens as the score. Nothing is heard of an answer before it is decided who gives it.
public final class Cascade implements Router {
    private final Engine small;
    private final Engine large;
    private final double above;

    /// @param small stays its owner's, as does the large one
    /// @param above answers of the small one count whose tokens have at least this mean log probability
    /// @throws IllegalArgumentException when the engines' tokens are not the same
    public Cascade(Engine small, Engine large, double above) {
        if (!(above <= 0)) {
            throw new IllegalArgumentException("a mean log probability is at most 0, not " + above);
        }
        Vocabularies.requireSame("the small model", small.tokenizer(), large.tokenizer());
        this.small = small;
        this.large = large;
        this.above = above;
    }

    /// Takes a request; as [Engine#submit].
    public Engine.Ticket submit(Request request, Reader reader) {
        return submit(request, reader, large::submit);
    }

    @Override
    public Engine.Ticket submit(Request request, Reader reader, Taker taker) {
        if (request.adapter() != null) { // the small model has no such one
            return taker.submit(request, reader);
        }
        var asking = new Asking(request, reader, taker);
        try {
            Engine.Ticket ticket = small.submit(reporting(request), asking);
            asking.now(ticket);
            return new Engine.Ticket(ticket.id(), asking::cancel);
        } catch (RefusedException | IllegalArgumentException _) { // too much at once, or too long for the small one
            return taker.submit(request, reader);
        }
    }

    private static Request reporting(Request request) {
        Sampling sampling = request.sampling();
        return Request.of(
                        request.prompt(),
                        sampling.withReport(Report.ofModel(sampling.report().top())))
                .withSamples(request.samples())
                .withConstraint(request.constraint())
                .withBeams(request.beams())
                .withWho(request.who());
    }

    /// One request: what the small engine says is kept until it is done.
    private final class Asking implements Reader {
        private final Request request;
        private final Reader reader;
        private final Taker taker;
        private final List<Runnable> heard = new ArrayList<>();
        private final Map<Integer, Sum> sums = new HashMap<>();
        private Engine.@Nullable Ticket ticket;
        private boolean cancelled;
        private boolean escalated;

        Asking(Request request, Reader reader, Taker taker) {
            this.request = request;
            this.reader = reader;
            this.taker = taker;
        }

        private static final class Sum {
            private double logProbs;
            private int tokens;
        }

        /// The small engine's ticket; its thread may have been faster.
        synchronized void now(Engine.Ticket small) {
            if (!escalated) {
                ticket = small;
            }
        }

        synchronized void cancel() {
            cancelled = true;
            if (ticket != null) {
                ticket.cancel();
            }
        }

        @Override
        public void token(int answer, String text, Sampler.Choice choice) {
            Sum sum = sums.computeIfAbsent(answer, _ -> new Sum());
            sum.logProbs += choice.logProb();
            sum.tokens++;
            heard.add(() -> reader.token(answer, text, choice));
        }

        @Override
        public void end(int answer, String text, Finish finish) {
            heard.add(() -> reader.end(answer, text, finish));
        }

        @Override
        public void done(Usage usage) {
            boolean sure = sums.values().stream().allMatch(sum -> sum.logProbs / sum.tokens >= above);
            if (sure) {
                heard.forEach(Runnable::run);
                reader.done(usage);
            } else {
                escalate();
            }
        }

        @Override
        public void failed(RuntimeException cause) {
            if (cause instanceof EndedException) {
                reader.failed(cause);
            } else {
                escalate();
            }
        }

        private synchronized void escalate() {
            if (cancelled) {
                reader.failed(new EndedException(Ended.Reason.CANCELLED));
                return;
            }
            escalated = true;
            try {
                ticket = taker.submit(request, reader);
            } catch (RuntimeException e) {
                reader.failed(e);
            }
        }
    }
}
