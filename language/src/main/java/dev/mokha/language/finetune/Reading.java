package dev.mokha.language.finetune;

import dev.mokha.language.encoder.Sequence;
import dev.mokha.language.encoder.TextReader;
import dev.mokha.language.task.ChoiceExample;
import dev.mokha.language.task.Example;
import dev.mokha.language.task.Label;
import dev.mokha.language.task.LabelSet;
import dev.mokha.language.task.Place;
import dev.mokha.language.task.TaggedWords;
import dev.mokha.language.task.TextExample;
import dev.mokha.text.tokenizer.Encoding;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes sequences of examples: tokens with their special ones, of at most so many. Whatever the
/// tokenizer's own file says about cutting and filling up is left aside.
public final class Reading {
    private final TextReader reader;
    private final Tokenizer tokenizer;
    private final int longest;
    private final TooLong tooLong;
    private final boolean spaced;
    private int cut;

    /// @param longest tokens of a sequence at most, special ones included
    public Reading(Tokenizer tokenizer, int longest, TooLong tooLong) {
        this.reader = new TextReader(tokenizer, longest, false);
        this.tokenizer = reader.tokenizer();
        this.longest = longest;
        this.tooLong = tooLong;
        this.spaced = tokenizer.preTokenizer() instanceof PreTokenizer.ByteLevel;
        if (Arrays.stream(this.tokenizer.encode("a").specialTokensMask()).sum() == 0) {
            throw new IllegalArgumentException("the tokenizer puts no special tokens around a text, such as [CLS] and"
                    + " [SEP]; it needs a post_processor that does");
        }
    }

    /// {@return how many texts were cut so far}
    public int cut() {
        return cut;
    }

    /// {@return examples as a model reads them}
    List<Item> items(List<? extends Example> examples, @Nullable LabelSet tags) {
        List<Item> items = new ArrayList<>();
        for (Example example : examples) {
            items.add(
                    switch (example) {
                        case TextExample text -> item(text);
                        case TaggedWords words -> item(words, tags);
                        case ChoiceExample choice -> item(choice);
                    });
        }
        return items;
    }

    private Item item(TextExample example) {
        Sequence sequence = sequence(example.place(), example.text(), example.pair());
        return switch (example.label()) {
            case Label.Category(int id) ->
                new Item(example.place(), List.of(sequence), List.of(), List.of(id), Double.NaN);
            case Label.Amount(double value) ->
                new Item(example.place(), List.of(sequence), List.of(), List.of(), value);
            case Label.Unknown _ -> new Item(example.place(), List.of(sequence), List.of(), List.of(), Double.NaN);
        };
    }

    private Item item(ChoiceExample example) {
        return new Item(
                example.place(),
                example.choices().stream()
                        .map(choice -> sequence(example.place(), example.context(), choice))
                        .toList(),
                List.of(),
                example.answer() < 0 ? List.of() : List.of(example.answer()),
                Double.NaN);
    }

    private Sequence sequence(Place place, String text, @Nullable String pair) {
        Sequence sequence = reader.whole(text, pair);
        if (sequence.length() > longest) {
            noteCut(place, sequence.length());
            sequence = reader.cut(text, pair);
        }
        return sequence;
    }

    private void noteCut(Place place, int tokens) {
        if (tooLong == TooLong.STOP) {
            throw place.error("the text has " + tokens + " tokens, where " + longest
                    + " are allowed; shorten it, raise --max-length as far as the model goes, or have the rest cut off"
                    + " with --too-long cut");
        }
        cut++;
    }

    /// Words are encoded one by one, as a tokenizer does with words that were split before: for byte-level
    /// pieces each has a space before it.
    private Item item(TaggedWords example, @Nullable LabelSet tags) {
        Encoding frame = tokenizer.encode("a");
        int[] special = frame.specialTokensMask();
        int before = 0;
        while (special[before] == 1) {
            before++;
        }
        int after = 0;
        while (special[special.length - 1 - after] == 1) {
            after++;
        }
        int[] ids = Arrays.copyOf(frame.ids(), before);
        List<Integer> words = new ArrayList<>();
        int whole = before + after;
        for (String word : example.words()) {
            int[] pieces = tokenizer.encodeIds(spaced ? " " + word : word, false);
            whole += pieces.length;
            boolean read = pieces.length > 0 && whole <= longest;
            words.add(read ? ids.length : -1);
            if (read) {
                ids = join(ids, pieces);
            }
        }
        if (whole > longest) {
            noteCut(example.place(), whole);
        }
        ids = join(ids, Arrays.copyOfRange(frame.ids(), special.length - after, special.length));
        List<Integer> targets = new ArrayList<>();
        for (int i = 0; i < example.tags().size() && tags != null; i++) {
            targets.add(tags.id(example.tags().get(i), example.word(i)));
        }
        return new Item(example.place(), List.of(Sequence.of(ids)), words, targets, Double.NaN);
    }

    private static int[] join(int[] a, int[] b) {
        int[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
