package dev.mokha.serve.engine;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// A search by beams as a plain loop: libtorch computes each beam's whole text anew for every token, all
/// continuations of all beams are sorted, nothing is shared and nothing stops early. Token 0 ends texts.
///
/// @param width beams
/// @param lengthPenalty power of the length
/// @param longest answer
/// @param mayBegin whether a text may go on like this
/// @param isWhole whether a text may end like this
record PlainBeams(
        int width,
        double lengthPenalty,
        int longest,
        Predicate<List<Integer>> mayBegin,
        Predicate<List<Integer>> isWhole) {
    private record Text(List<Integer> ids, double sum) {
        Text with(int id, double logProb) {
            var longer = new ArrayList<>(ids);
            longer.add(id);
            return new Text(longer, sum + logProb);
        }
    }

    private boolean allows(Text text) {
        int newest = text.ids.getLast();
        return newest == 0 ? isWhole.test(text.ids.subList(0, text.ids.size() - 1)) : mayBegin.test(text.ids);
    }

    private boolean isOver(Text text) {
        boolean complete =
                isWhole.test(text.ids) && IntStream.range(1, 257).noneMatch(id -> mayBegin.test(text.with(id, 0).ids));
        return text.ids.getLast() == 0 || text.ids.size() == longest || complete;
    }

    /// {@return the answers, the best first}
    List<List<Integer>> search(Decoder model, int[] prompt) {
        List<Text> running = List.of(new Text(List.of(), 0));
        List<Text> over = new ArrayList<>();
        while (!running.isEmpty()) {
            List<Text> all = new ArrayList<>();
            for (Text text : running) {
                double[] logProbs = logProbs(model, prompt, text.ids);
                for (int id = 0; id < logProbs.length; id++) {
                    Text longer = text.with(id, logProbs[id]);
                    if (allows(longer)) {
                        all.add(longer);
                    }
                }
            }
            all.sort(Comparator.comparingDouble(text -> -text.sum));
            over.addAll(all.stream().limit(width).filter(this::isOver).toList());
            running = all.stream()
                    .limit(2L * width)
                    .filter(text -> !isOver(text))
                    .limit(width)
                    .toList();
        }
        over.sort(Comparator.comparingDouble(text -> -text.sum / Math.pow(text.ids.size(), lengthPenalty)));
        return over.stream().limit(width).map(Text::ids).toList();
    }

    private static double[] logProbs(Decoder model, int[] prompt, List<Integer> answer) {
        int[] ids = IntStream.concat(Arrays.stream(prompt), answer.stream().mapToInt(Integer::intValue))
                .toArray();
        try (var _ = Scope.open("test");
                var _ = Gradients.off()) {
            float[] logits = model.forward(TokenBatch.of(ids)).toFloats();
            int vocab = logits.length / ids.length;
            double[] last = IntStream.range(logits.length - vocab, logits.length)
                    .mapToDouble(i -> logits[i])
                    .toArray();
            double largest = Arrays.stream(last).max().orElseThrow();
            double norm = largest
                    + Math.log(Arrays.stream(last)
                            .map(logit -> Math.exp(logit - largest))
                            .sum());
            return Arrays.stream(last).map(logit -> logit - norm).toArray();
        }
    }
}
