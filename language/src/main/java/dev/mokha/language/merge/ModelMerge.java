package dev.mokha.language.merge;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Merges decoders of one shape and one vocabulary into a Hugging Face folder. Their weights are mapped, not
/// copied: besides the result one tensor of each is in memory at a time.
public final class ModelMerge {
    /// Settings that two models of one shape may differ in.
    private static final Set<String> FREE = Set.of("initializerRange", "attentionDropout", "special", "other");

    private ModelMerge() {}

    /// Merges models.
    ///
    /// @param models their folders; tokenizer, chat template and settings are the first one's
    /// @param base the model they were trained from; null where the method needs none
    /// @param dtype the type of the weights in the result
    /// @throws IllegalArgumentException when shapes or vocabularies differ, or the method does not go
    ///     with the models
    public static void merge(
            MergeMethod method, List<ModelFolder> models, @Nullable ModelFolder base, Path out, DType dtype) {
        method.requireModels(models.size());
        if (method.needsBase() && base == null) {
            throw new IllegalArgumentException("this method needs the model that the others were trained from");
        }
        ModelFolder first = models.getFirst();
        for (ModelFolder other : models.subList(1, models.size())) {
            requireAlike(first, other);
        }
        if (base != null) {
            requireAlike(first, base);
        }
        List<Decoder> open = new ArrayList<>();
        try (var merged = first.decoder(Loading.forTraining(Device.CPU))) {
            for (ModelFolder model : models) {
                open.add(model.decoder(Loading.forUse(Device.CPU)));
            }
            @Nullable Decoder start = base == null ? null : base.decoder(Loading.forUse(Device.CPU));
            if (start != null) {
                open.add(start);
            }
            for (Map.Entry<String, Tensor> parameter : merged.params().named().entrySet()) {
                try (var _ = Scope.open("merge");
                        var _ = Gradients.off()) {
                    List<Tensor> all = open.subList(0, models.size()).stream()
                            .map(model -> exact(model, parameter.getKey()))
                            .toList();
                    @Nullable Tensor from = start == null ? null : exact(start, parameter.getKey());
                    parameter.getValue().copyInPlace(method.merge(all, from));
                }
            }
            FolderWriter.write(out, merged, first.parts(), dtype);
        } finally {
            open.forEach(Decoder::close);
        }
    }

    private static Tensor exact(Decoder model, String name) {
        return model.params().get(name).to(DType.FLOAT32);
    }

    private static void requireAlike(ModelFolder a, ModelFolder b) {
        for (RecordComponent part : DecoderConfig.class.getRecordComponents()) {
            @Nullable Object first = value(part, a.config());
            @Nullable Object second = value(part, b.config());
            if (!FREE.contains(part.getName()) && !Objects.equals(first, second)) {
                throw new IllegalArgumentException("only models of one shape and vocabulary are merged; "
                        + part.getName() + " is " + first + " in " + a.path() + " and " + second + " in " + b.path());
            }
        }
        if (a.hasTokenizer()
                && b.hasTokenizer()
                && !a.tokenizer().vocab().equals(b.tokenizer().vocab())) {
            throw new IllegalArgumentException("only models of one vocabulary are merged; the tokenizers of " + a.path()
                    + " and " + b.path() + " differ");
        }
    }

    private static @Nullable Object value(RecordComponent part, DecoderConfig config) {
        try {
            return part.getAccessor().invoke(config);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + part, e);
        }
    }
}
