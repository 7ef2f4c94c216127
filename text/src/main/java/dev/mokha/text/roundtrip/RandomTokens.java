package dev.mokha.text.roundtrip;

import dev.mokha.text.tokenizer.StreamingDecoder;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Ids in any order, as a model may write them, decoded one by one. What has been given out after some of
/// them must stand at the beginning of what these and whatever follows decode to: nothing that a later token
/// could change, no half character and no U+FFFD in its place, is given out early.
///
/// Half of the ids are drawn among those of pieces that are no whole characters, so that characters begin and
/// break off often; what follows is tried with a draw of its own after every token.
///
/// @param sequences how many
/// @param tokens ids of them
/// @param continuations what was tried to follow
/// @param replacements sequences whose text has a U+FFFD, rightly, since their bytes are no text
/// @param failed sequences that gave out something too early
/// @param failures the first of them
public record RandomTokens(
        long sequences, long tokens, long continuations, long replacements, long failed, List<String> failures) {
    private static final int LONGEST = 12;
    private static final int FOLLOWING = 4;

    public RandomTokens {
        failures = List.copyOf(failures);
    }

    /// Draws and decodes.
    ///
    /// @param seed equal seeds draw equal ids
    public static RandomTokens of(Tokenizer tokenizer, long sequences, long seed) {
        int[] all = ids(tokenizer, false);
        int[] broken = ids(tokenizer, true);
        var random = new SplittableRandom(seed);
        List<String> failures = new ArrayList<>();
        long tokens = 0;
        long continuations = 0;
        long replacements = 0;
        long failed = 0;
        for (long i = 0; i < sequences; i++) {
            int[] ids = draw(random, 1 + random.nextInt(LONGEST), all, broken);
            String whole = tokenizer.decode(ids, true);
            StreamingDecoder stream = tokenizer.streamingDecoder(true);
            var given = new StringBuilder();
            String failure = "";
            for (int k = 0; k < ids.length; k++) {
                given.append(stream.push(ids[k]));
                int[] more = draw(random, 1 + random.nextInt(FOLLOWING), all, broken);
                int[] longer = Arrays.copyOf(ids, k + 1 + more.length);
                System.arraycopy(more, 0, longer, k + 1, more.length);
                String other = tokenizer.decode(longer, true);
                continuations++;
                if (!other.startsWith(given.toString())) {
                    failure = Arrays.toString(longer) + ": " + RoundTrip.difference(given.toString(), other);
                }
            }
            given.append(stream.finish());
            if (!given.toString().equals(whole)) {
                failure = Arrays.toString(ids) + ": " + RoundTrip.difference(given.toString(), whole);
            }
            tokens += ids.length;
            replacements += whole.indexOf('\uFFFD') >= 0 ? 1 : 0;
            failed += failure.isEmpty() ? 0 : 1;
            if (!failure.isEmpty() && failures.size() < RoundTrip.TOLD) {
                failures.add(failure);
            }
        }
        return new RandomTokens(sequences, tokens, continuations, replacements, failed, failures);
    }

    /// {@return the figures by name, for JSON}
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("sequences", sequences);
        map.put("tokens", tokens);
        map.put("continuations", continuations);
        map.put("replacements", replacements);
        map.put("failed", failed);
        map.put("failures", failures);
        return map;
    }

    private static int[] draw(SplittableRandom random, int count, int[] all, int[] broken) {
        int[] ids = new int[count];
        for (int i = 0; i < count; i++) {
            int[] among = broken.length > 0 && random.nextBoolean() ? broken : all;
            ids[i] = among[random.nextInt(among.length)];
        }
        return ids;
    }

    /// {@return the ids that have a piece; or those of pieces that are no text by themselves}
    private static int[] ids(Tokenizer tokenizer, boolean broken) {
        int[] ids = tokenizer.vocab().values().stream()
                .mapToInt(Integer::intValue)
                .filter(id -> !broken || tokenizer.decode(new int[] {id}, true).indexOf('\uFFFD') >= 0)
                .sorted()
                .toArray();
        if (!broken && ids.length == 0) {
            throw new IllegalArgumentException("the tokenizer has no token to draw");
        }
        return ids;
    }
}
