package dev.mokha.language.folder;

import dev.mokha.nn.Weights;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Tensor;
import java.nio.file.Path;
import java.util.Set;

/// A safetensors file or folder as the source of a model. Its tensors are the mapped files, not copies.
final class SafetensorsWeights implements Weights {
    private final Path source;
    private final Safetensors file;

    SafetensorsWeights(Path source) {
        this.source = source;
        this.file = Safetensors.open(source);
    }

    @Override
    public String origin() {
        return source.toString();
    }

    @Override
    public Set<String> names() {
        return file.names();
    }

    @Override
    public long[] shape(String name) {
        return file.info(name).sizes();
    }

    @Override
    public Tensor tensor(String name) {
        return file.tensor(name);
    }

    @Override
    public void close() {
        file.close();
    }
}
