package dev.mokha.serve.engine;

import dev.mokha.language.generate.NoTokenLeftException;
import dev.mokha.language.generate.Sampler;
import dev.mokha.serve.schedule.Outcome;
import dev.mokha.serve.schedule.Sequence;
import dev.mokha.serve.schedule.StepReport;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The beams of one request as the scheduler's sequences. They take a step when all of them were computed;
/// where some lost their memory or found no place, the others are held until those are back.
final class BeamAnswers {
    private final BeamSearch search;
    private final AnswerEnds ends;
    private final int answers;
    private final Map<Sequence, List<Sampler.Candidate>> looked = new ConcurrentHashMap<>();
    private List<Sequence> sequences = List.of();
    private Map<Sequence, List<Integer>> children = Map.of();
    private volatile @Nullable NoTokenLeftException stuck;
    private volatile @Nullable RuntimeException failure;
    private boolean over;
    private int told;

    /// @param request for a search by beams
    BeamAnswers(Request request, Beams options, AnswerEnds ends) {
        this.search = new BeamSearch(options, Beam.first(request, ends), ends);
        this.ends = ends;
        this.answers = request.samples();
    }

    /// Looks at the logits behind a beam; on any thread.
    void look(Sequence beam, float[] logits) {
        int place = Math.max(0, sequences.indexOf(beam)); // the prompt's end is the first
        try {
            looked.put(beam, search.running().get(place).candidates(logits, search.candidates()));
        } catch (NoTokenLeftException e) { // of this beam only
            looked.put(beam, List.of());
            stuck = e;
        } catch (RuntimeException e) { // such as logits that are no numbers
            looked.put(beam, List.of());
            failure = e;
        }
    }

    /// {@return why the search cannot go on; null where all is well}
    @Nullable
    RuntimeException failure() {
        return failure;
    }

    /// {@return what becomes of the beams that were looked at}
    Map<Sequence, Outcome> outcomes() {
        Map<Sequence, Outcome> outcomes = new HashMap<>();
        if (sequences.isEmpty()) {
            sequences = List.copyOf(looked.keySet());
        }
        if (looked.size() < sequences.size() || failure != null) {
            looked.keySet().forEach(beam -> outcomes.put(beam, Outcome.held()));
            looked.clear();
            return outcomes;
        }
        List<BeamSearch.Next> next =
                search.advance(sequences.stream().map(looked::get).toList());
        looked.clear();
        over = next.isEmpty();
        if (over && search.answers().isEmpty()) {
            failure = stuck;
        }
        children = new HashMap<>();
        for (int i = 0; i < next.size(); i++) {
            Sequence parent = sequences.get(next.get(i).parent());
            children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(i);
        }
        for (Sequence beam : sequences) {
            List<Outcome> own = children.getOrDefault(beam, List.of()).stream()
                    .map(i -> Outcome.tokens(next.get(i).token()))
                    .toList();
            outcomes.put(beam, own.isEmpty() ? Outcome.ended() : Outcome.branches(own));
        }
        return outcomes;
    }

    /// Takes the sequences that the beams are now.
    void advanced(List<StepReport.Fork> forks) {
        if (children.isEmpty()) {
            return;
        }
        var now = new Sequence[children.values().stream().mapToInt(List::size).sum()];
        children.forEach((parent, own) -> now[own.getFirst()] = parent);
        for (StepReport.Fork fork : forks) {
            if (children.containsKey(fork.parent())) {
                now[children.get(fork.parent()).get(fork.branch())] = fork.child();
            }
        }
        sequences = List.of(now);
        children = Map.of();
    }

    /// {@return whether the answers are known}
    boolean isOver() {
        return over;
    }

    /// {@return tokens of the answers that were told}
    int told() {
        return told;
    }

    /// Tells the answers, once all are known.
    void tell(Reader reader, Tokenizer tokenizer) {
        List<BeamSearch.Answer> best = search.answers();
        for (int answer = 0; answer < Math.min(answers, best.size()); answer++) {
            Beam beam = best.get(answer).beam();
            var stream = tokenizer.streamingDecoder(true);
            for (Sampler.Choice choice : beam.choices()) {
                boolean silent = ends.isSilent(choice.id());
                reader.token(answer, silent ? "" : stream.push(choice.id()), choice);
                told++;
            }
            Reader.@Nullable Finish finish = beam.finish();
            reader.end(answer, stream.finish(), finish == null ? Reader.Finish.LENGTH : finish);
        }
    }
}
