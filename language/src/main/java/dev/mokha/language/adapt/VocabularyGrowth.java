package dev.mokha.language.adapt;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Weights;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.text.merge.AddedPiece;
import dev.mokha.text.merge.MergedTokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Makes the model of a merged vocabulary from the model of the base vocabulary: new rows in the embedding
/// and, where it is not tied to it, in the output head; everything else copied.
public final class VocabularyGrowth {
    private static final List<String> TABLES = List.of("model.embed_tokens.weight", "lm_head.weight");

    private VocabularyGrowth() {}

    /// Many published tables have rows beyond the base tokenizer's ids, which round them up. New pieces take
    /// those first. What rounds the new table up begins at the mean of all old rows; the table never shrinks.
    ///
    /// @param base stays as it is
    /// @param rows where new rows begin
    /// @param seed draws what is random in them
    /// @return a float32 model that can be trained, the caller's to close
    /// @throws IllegalArgumentException when the vocabulary was merged into one of another size
    public static Decoder grow(Decoder base, MergedTokenizer merged, NewRows rows, long seed) {
        int vocab = base.config().vocabSize();
        if (merged.baseSize() > vocab) {
            throw new IllegalArgumentException("the vocabulary was merged into one of " + merged.baseSize()
                    + " pieces, but the model has rows for " + vocab);
        }
        List<int[]> decompositions = new ArrayList<>();
        for (AddedPiece piece : merged.added()) {
            decompositions.add(
                    piece.baseIds().stream().mapToInt(Integer::intValue).toArray());
        }
        int[] everything = IntStream.range(0, merged.baseSize()).toArray();
        int total = rows(vocab, merged);
        while (merged.baseSize() + decompositions.size() < total) {
            decompositions.add(everything);
        }
        try (var _ = Scope.open("vocabulary growth")) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(base.params().named());
            for (String name : TABLES) {
                tensors.computeIfPresent(
                        name,
                        (_, table) -> EmbeddingSurgery.grow(
                                table.detach().narrow(0, 0, merged.baseSize()).to(DType.FLOAT32),
                                decompositions,
                                rows,
                                seed));
            }
            return Decoder.from(
                    base.config().withVocabSize(total),
                    Weights.of(tensors, "the base model with its vocabulary grown"),
                    Loading.forTraining(Device.CPU));
        }
    }

    /// {@return how many rows the grown table has: a [NewRows.Focus] needs as many vectors}
    static int rows(int vocab, MergedTokenizer merged) {
        return Math.max(vocab, merged.rows());
    }
}
