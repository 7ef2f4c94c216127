package dev.mokha.language.decoder;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The token ids that mean something to the model rather than to a reader.
///
/// @param bos begins a text; null when the model has none
/// @param eos each of these ends a text; may be empty
/// @param pad fills a row up; null when the model has none
public record SpecialIds(
        @Nullable Integer bos, List<Integer> eos, @Nullable Integer pad) {
    public SpecialIds {
        eos = List.copyOf(eos);
    }

    /// No special ids at all.
    public static SpecialIds none() {
        return new SpecialIds(null, List.of(), null);
    }
}
