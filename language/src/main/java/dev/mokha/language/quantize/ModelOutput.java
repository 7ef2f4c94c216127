package dev.mokha.language.quantize;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.gguf.GgufExport;
import dev.mokha.language.gguf.Mix;
import dev.mokha.language.gguf.WeightRows;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Weights;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.nio.file.Path;

/// Writes a model in other types: as a GGUF file, or as a folder.
public final class ModelOutput {
    private ModelOutput() {}

    /// Writes a GGUF file, every weight rounded to the nearest that its type has. The model is never in
    /// memory whole.
    ///
    /// @param pure whether every matrix has the mix's type, where its rows are whole blocks of it
    /// @throws IllegalArgumentException when GGUF files cannot say what the model is
    public static GgufExport.Written gguf(ModelSource source, Path out, Mix mix, boolean pure) {
        return switch (source) {
            case ModelSource.Gguf(var model) -> GgufExport.of(model).write(out, WeightRows.of(model), mix, pure);
            case ModelSource.Folder folder -> {
                try (Weights weights = folder.folder().weights()) {
                    yield export(folder).write(out, WeightRows.of(weights), mix, pure);
                }
            }
        };
    }

    /// {@return what a GGUF file will say of a model}
    static GgufExport export(ModelSource source) {
        FolderParts parts = source.parts();
        Path name = source.path().toAbsolutePath().normalize().getFileName();
        return GgufExport.of(
                name == null ? "model" : name.toString(),
                source.config(),
                parts.generation(),
                parts.tokenizer(),
                parts.chatTemplate());
    }

    /// Writes a folder of plain weights, from whatever the model is stored as.
    ///
    /// @param dtype float32, bfloat16 or float16
    public static void folder(ModelSource source, Path out, DType dtype) {
        try (Decoder decoder = source.decoder(Loading.forUse(Device.CPU))) {
            FolderWriter.write(out, decoder, source.parts(), dtype);
        }
    }
}
