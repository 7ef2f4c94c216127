package dev.mokha.nn;

import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Tensor;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Named tensors that a model can be built from: a checkpoint.
public interface Weights extends AutoCloseable {
    /// {@return where the tensors come from, for messages: usually a path}
    String origin();

    /// {@return the names of all tensors}
    Set<String> names();

    /// {@return the tensor's sizes}
    long[] shape(String name);

    /// {@return the tensor; its memory may be a mapped file, so it is not written to}
    Tensor tensor(String name);

    /// {@return the file that holds this tensor, where there are several}
    default String file(String name) {
        return origin();
    }

    /// Releases the memory, or the file. The tensors are unusable after.
    @Override
    void close();

    /// {@return the tensors of a file or folder, which is closed with the result}
    static Weights of(Safetensors file) {
        return new Weights() {
            @Override
            public String origin() {
                var files = file.files();
                return (files.size() == 1 ? files.getFirst() : files.getFirst().resolveSibling("")).toString();
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
        };
    }

    /// {@return tensors held in a map, which stay the caller's}
    static Weights of(Map<String, Tensor> tensors, String origin) {
        return new Weights() {
            @Override
            public String origin() {
                return origin;
            }

            @Override
            public Set<String> names() {
                return tensors.keySet();
            }

            @Override
            public long[] shape(String name) {
                return tensor(name).shape();
            }

            @Override
            public Tensor tensor(String name) {
                @Nullable Tensor tensor = tensors.get(name);
                if (tensor == null) {
                    throw new IllegalArgumentException("no tensor '" + name + "' in " + origin);
                }
                return tensor;
            }

            @Override
            public void close() {
                // the map's tensors belong to the caller
            }
        };
    }
}
