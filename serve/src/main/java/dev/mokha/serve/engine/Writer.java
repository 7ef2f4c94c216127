package dev.mokha.serve.engine;

import dev.mokha.language.generate.LogitRow;
import dev.mokha.language.generate.Sampler;
import dev.mokha.language.generate.StopTexts;
import dev.mokha.serve.draft.Guesser;
import dev.mokha.text.grammar.Matcher;
import dev.mokha.text.tokenizer.StreamingDecoder;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One answer while it is written: chooses its tokens and turns them into text.
///
/// Drafts are checked by choosing, from the model's logits behind each, the token that would have been chosen
/// anyway; see [Sampler]. So speculation changes no answer, whatever its sampling.
final class Writer implements Guesser {
    private final int index;
    private final Request request;
    private final Sampler sampler;
    private final @Nullable Matcher matcher;
    private final AnswerEnds ends;
    private final StreamingDecoder stream;
    private final StopTexts stops;
    private Reader.@Nullable Finish finish;
    private int guesses;
    private int guess;

    /// @param index which of the request's answers
    /// @param ends the ids that end texts
    /// @param room how many tokens the context leaves for the answer
    Writer(int index, Request request, Tokenizer tokenizer, Set<Integer> ends, int room) {
        this.index = index;
        this.request = request;
        this.sampler = new Sampler(request.sampling().sample(index), request.prompt(), ends);
        this.matcher =
                request.constraint() == null ? null : request.constraint().matcher();
        this.ends = AnswerEnds.of(request, ends, room);
        this.stream = tokenizer.streamingDecoder(true);
        this.stops = new StopTexts(
                request.sampling().stop(), request.sampling().ending().textKept());
    }

    int index() {
        return index;
    }

    /// Chooses from the logits of one position.
    Sampler.Choice choose(float[] logits, int vocab) {
        long[] mask = matcher == null ? null : matcher.mask();
        Sampler.Choice choice = sampler.choose(LogitRow.of(logits, 0, vocab), mask);
        int id = choice.id();
        if (matcher != null && !matcher.accept(id)) {
            throw new IllegalStateException("token " + id + " was allowed and then not accepted");
        }
        finish = ends.after(id, sampler.length(), matcher);
        return choice;
    }

    /// Puts a chosen token into words. What ends the text is none of it.
    ///
    /// @return what is certain now
    String write(Sampler.Choice choice) {
        String text = ends.isSilent(choice.id()) ? "" : stops.push(stream.push(choice.id()));
        if (stops.stopped()) {
            finish = Reader.Finish.STOP;
        }
        return text;
    }

    /// {@return why the answer is over; null while it is not}
    Reader.@Nullable Finish finish() {
        return finish;
    }

    /// {@return what was held back}
    String rest() {
        String held = stops.stopped() ? "" : stops.push(stream.finish());
        if (stops.stopped()) {
            finish = Reader.Finish.STOP;
        }
        return held + stops.finish();
    }

    /// {@return tokens that cannot but come, as the answer has to match; empty for none}
    int[] forced() {
        return matcher == null ? new int[0] : matcher.forced();
    }

    @Override
    public int guess(float[] row) {
        boolean over = guesses > 0 && (ends.endOfText().contains(guess) || (matcher != null && matcher.mustEnd()));
        if (over) {
            return -1;
        }
        try {
            long[] mask = matcher == null ? null : matcher.mask();
            guess = sampler.choose(LogitRow.of(row), mask).id();
        } catch (IllegalArgumentException _) { // no token is left, or the draft's weights are broken
            return -1;
        }
        guesses++;
        if (matcher != null && !matcher.accept(guess)) {
            throw new IllegalStateException("token " + guess + " was allowed and then not accepted");
        }
        return guess;
    }

    @Override
    public void forget() {
        sampler.rollBack(sampler.length() - guesses);
        if (matcher != null) {
            matcher.rollback(guesses);
        }
        guesses = 0;
    }

    @Override
    public boolean isGreedy() {
        return request.sampling().temperature() == 0;
    }

    /// {@return how many tokens there are}
    int length() {
        return sampler.length();
    }
}
