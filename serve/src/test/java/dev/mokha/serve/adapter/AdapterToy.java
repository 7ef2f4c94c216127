package dev.mokha.serve.adapter;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.Loading;
import dev.mokha.nn.PeftFolder;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/// Random adapters.
public final class AdapterToy {
    private AdapterToy() {}

    /// {@return a policy of all projections}
    public static LoRA lora(int rank) {
        return LoRA.on(Decoder.PROJECTIONS, rank, 2 * rank, 0);
    }

    /// Writes an adapter whose products are as large as the model's own.
    ///
    /// @return its folder
    public static Path write(Path model, Path folder, LoRA lora, long seed) {
        try (var decoder = ModelFolder.open(model).decoder(Loading.forTraining(Device.CPU), lora);
                var rng = new Rng(seed);
                var _ = Scope.open("adapter")) {
            decoder.params()
                    .trainable()
                    .values()
                    .forEach(tensor -> tensor.addInPlace(rng.normal(0, 0.2, tensor.shape()), 1));
            PeftFolder.write(folder, decoder.params(), "base", "CAUSAL_LM");
        }
        return folder;
    }

    /// What is to be put into a folder's weights.
    public interface Change {
        void of(Map<String, Tensor> tensors);
    }

    /// Rewrites the weights of a folder.
    public static void change(Path folder, Change change) {
        Path weights = folder.resolve(PeftFolder.WEIGHTS);
        Path old = folder.resolve("old");
        try {
            Files.move(weights, old, StandardCopyOption.REPLACE_EXISTING);
            try (var file = Safetensors.open(old);
                    var _ = Scope.open("adapter")) {
                var tensors = new LinkedHashMap<String, Tensor>();
                file.names().forEach(name -> tensors.put(name, file.tensor(name)));
                change.of(tensors);
                Safetensors.write(weights, tensors, Map.of());
            }
            Files.delete(old);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Stores the weights of a folder as another type.
    public static void store(Path folder, DType dtype) {
        change(folder, tensors -> tensors.replaceAll((_, tensor) -> tensor.to(dtype)));
    }
}
