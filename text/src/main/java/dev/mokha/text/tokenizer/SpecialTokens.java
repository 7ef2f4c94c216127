package dev.mokha.text.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happens to encoded texts before they are one input: truncation and special tokens.
final class SpecialTokens {
    private SpecialTokens() {}

    /// The ids with the special tokens of one text around them.
    static int[] around(int[] ids, PostProcessor processor) {
        if (processor.added(false) == 0 && !(processor instanceof PostProcessor.TemplateProcessing)) {
            return ids;
        }
        var tokens = new String[ids.length];
        Arrays.fill(tokens, "");
        var zeros = new int[ids.length];
        var bare = Encoding.ofSequence(ids, tokens, zeros, zeros, zeros, 0);
        return Encoding.concat(withoutTrim(processor).process(List.of(bare), true))
                .ids();
    }

    /// The processor without its care for offsets, which a caller who wants ids has no use for.
    private static PostProcessor withoutTrim(PostProcessor processor) {
        return switch (processor) {
            case PostProcessor.Sequence(List<PostProcessor> inner) ->
                new PostProcessor.Sequence(
                        inner.stream().map(SpecialTokens::withoutTrim).toList());
            case PostProcessor.ByteLevel(boolean prefix, boolean _, boolean regex) ->
                new PostProcessor.ByteLevel(prefix, false, regex);
            case PostProcessor.Roberta roberta ->
                new PostProcessor.Roberta(roberta.sep(), roberta.cls(), false, roberta.addPrefixSpace());
            case PostProcessor.TemplateProcessing template -> template;
            case PostProcessor.Bert bert -> bert;
        };
    }

    static Encoding process(List<Encoding> texts, @Nullable PostProcessor processor, boolean addSpecialTokens) {
        if (processor == null) {
            return concat(texts);
        }
        var overflowing = new ArrayList<Encoding>();
        if (texts.size() == 1) {
            for (Encoding part : texts.getFirst().overflowing()) {
                overflowing.add(process(List.of(part), processor, addSpecialTokens));
            }
        }
        var bare = texts.stream().map(e -> e.withOverflowing(List.of())).toList();
        return concat(processor.process(bare, addSpecialTokens)).withOverflowing(List.copyOf(overflowing));
    }

    private static Encoding concat(List<Encoding> parts) {
        return Encoding.concat(parts);
    }

    /// The texts cut so that together they have at most `room` tokens.
    static List<Encoding> truncate(List<Encoding> texts, Truncation truncation, int room) {
        int total = texts.stream().mapToInt(Encoding::size).sum();
        int stride = truncation.stride();
        Side side = truncation.direction();
        if (room == 0) {
            return texts.stream().map(e -> e.truncate(0, stride, side)).toList();
        }
        if (total <= room) {
            return texts;
        }
        Encoding first = texts.getFirst();
        if (truncation.strategy() == Truncation.Strategy.LONGEST_FIRST) {
            if (texts.size() == 1) {
                return List.of(first.truncate(room, stride, side));
            }
            int[] lengths = longestFirst(first.size(), texts.get(1).size(), room);
            return List.of(
                    first.truncate(lengths[0], stride, side), texts.get(1).truncate(lengths[1], stride, side));
        }
        boolean second = truncation.strategy() == Truncation.Strategy.ONLY_SECOND;
        if (second && texts.size() == 1) {
            throw new IllegalArgumentException(
                    "truncation is ONLY_SECOND, but there is one text of " + total + " tokens for " + room + " places");
        }
        Encoding target = texts.get(second ? 1 : 0);
        int left = target.size() - (total - room);
        if (left <= 0) {
            throw new IllegalArgumentException("truncation " + truncation.strategy()
                    + " would leave nothing of its text: " + total + " tokens for " + room + " places");
        }
        Encoding cut = target.truncate(left, stride, side);
        return second ? List.of(first, cut) : texts.size() == 1 ? List.of(cut) : List.of(cut, texts.get(1));
    }

    private static int[] longestFirst(int a, int b, int room) {
        int shorter = Math.min(a, b);
        int longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
        if (shorter + longer > room) {
            shorter = room / 2;
            longer = shorter + room % 2;
        }
        return a <= b ? new int[] {shorter, longer} : new int[] {longer, shorter};
    }
}
