package dev.mokha.language.folder;

import dev.mokha.nn.Weights;
import dev.mokha.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/// A checkpoint seen through other names.
///
/// @param source the checkpoint
/// @param stored from each name seen to the name in the checkpoint
record EncoderWeights(Weights source, Map<String, String> stored) implements Weights {
    /// What stands beside the encoder rather than in it, when the checkpoint names the encoder's parts without a
    /// prefix.
    private static final Pattern ENCODER =
            Pattern.compile("^(embeddings|embeddings_project|encoder|transformer|pooler|layers|final_norm)\\.");

    private static final Pattern GAMMA = Pattern.compile("\\.gamma$");
    private static final Pattern BETA = Pattern.compile("\\.beta$");

    EncoderWeights {
        stored = Collections.unmodifiableMap(new LinkedHashMap<>(stored));
    }

    /// The names of today: a checkpoint of the bare encoder gets its prefix, old norms their new names.
    static Weights of(Weights source, String prefix) {
        var names = new LinkedHashMap<String, String>();
        boolean bare = source.names().stream().noneMatch(name -> name.startsWith(prefix + "."));
        for (String name : source.names()) {
            String seen = bare && ENCODER.matcher(name).find() ? prefix + "." + name : name;
            seen = GAMMA.matcher(seen).replaceFirst(".weight");
            seen = BETA.matcher(seen).replaceFirst(".bias");
            names.put(seen, name);
        }
        return new EncoderWeights(source, names);
    }

    /// The same without what matches.
    static Weights without(Weights source, String regex) {
        Pattern pattern = Pattern.compile(regex);
        var names = new LinkedHashMap<String, String>();
        for (String name : source.names()) {
            if (!pattern.matcher(name).find()) {
                names.put(name, name);
            }
        }
        return new EncoderWeights(source, names);
    }

    @Override
    public String origin() {
        return source.origin();
    }

    @Override
    public Set<String> names() {
        return stored.keySet();
    }

    @Override
    public long[] shape(String name) {
        return source.shape(inSource(name));
    }

    @Override
    public Tensor tensor(String name) {
        return source.tensor(inSource(name));
    }

    @Override
    public String file(String name) {
        return source.file(inSource(name));
    }

    private String inSource(String name) {
        return Objects.requireNonNull(stored.get(name), () -> "no tensor '" + name + "' in " + origin());
    }

    @Override
    public void close() {
        source.close();
    }
}
