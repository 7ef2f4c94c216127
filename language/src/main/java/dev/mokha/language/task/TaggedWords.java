package dev.mokha.language.task;

import java.util.List;

/// A sentence in words, each with a tag.
///
/// @param tags one a word, such as `B-PER`; empty where they are not known
public record TaggedWords(Place place, List<String> words, List<String> tags) implements Example {
    public TaggedWords {
        words = List.copyOf(words);
        tags = List.copyOf(tags);
        if (words.isEmpty() || (!tags.isEmpty() && tags.size() != words.size())) {
            throw new IllegalArgumentException(
                    place + ": " + words.size() + " words and " + tags.size() + " tags; each word needs one");
        }
    }

    /// {@return the same words with other tags}
    public TaggedWords withTags(List<String> other) {
        return new TaggedWords(place, words, other);
    }

    /// Refuses a tag that is none of these, by its own line.
    ///
    /// @throws TaskDataException with the tags there are
    public void requireTags(LabelSet labels) {
        for (int i = 0; i < tags.size(); i++) {
            labels.id(tags.get(i), word(i));
        }
    }

    /// {@return where a word stands: a line a word}
    public Place word(int number) {
        return new Place(place.file(), place.line() + number);
    }
}
