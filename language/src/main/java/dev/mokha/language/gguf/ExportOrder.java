package dev.mokha.language.gguf;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import dev.mokha.language.decoder.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Which tensors the file of a decoder has, in their order, and which parameters of the checkpoint each holds.
final class ExportOrder {
    private static final String WEIGHT = ".weight";
    private static final List<String> PARTS = List.of(
            "input_layernorm",
            "self_attn.q_proj",
            "self_attn.k_proj",
            "self_attn.v_proj",
            "self_attn.o_proj",
            "self_attn.q_norm",
            "self_attn.k_norm",
            "post_attention_layernorm");
    private static final List<String> GATED = List.of("gate_proj", "up_proj", "down_proj");

    private final DecoderConfig config;
    private final Family family;
    private final List<Item> items = new ArrayList<>();

    ExportOrder(DecoderConfig config) {
        this.config = config;
        this.family = config.modelType();
        add(TensorNames.EMBEDDING, Kind.PARAMETER);
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            String at = "model.layers." + layer + ".";
            PARTS.forEach(part -> addBoth(at + part));
            feedForward(layer, at);
        }
        add("model.norm.weight", Kind.PARAMETER);
        add(TensorNames.HEAD, Kind.PARAMETER);
    }

    /// How parameters lie in a tensor.
    enum Kind {
        /// One, as it is.
        PARAMETER,
        /// One of a single row, as a vector.
        ROW,
        /// One of each expert, one behind the other, `[experts, rows, columns]`.
        STACK
    }

    /// A tensor.
    ///
    /// @param gguf its name in the file
    /// @param names of the parameters in it
    record Item(String gguf, List<String> names, Kind kind) {}

    private void add(String name, Kind kind) {
        @Nullable String there = TensorNames.gguf(name, family);
        if (there == null) {
            throw new IllegalStateException("no name in GGUF files for '" + name + "'");
        }
        items.add(new Item(there, List.of(name), kind));
    }

    private void addBoth(String name) {
        add(name + WEIGHT, Kind.PARAMETER);
        add(name + ".bias", Kind.PARAMETER);
    }

    private void feedForward(int layer, String at) {
        @Nullable Experts experts = config.experts();
        if (experts == null) {
            GATED.forEach(part -> addBoth(at + "mlp." + part));
            return;
        }
        String block = at + family.mixtureName();
        add(block + ".gate" + WEIGHT, Kind.PARAMETER);
        for (int part = 0; part < GATED.size(); part++) {
            var stack = new TensorNames.Stack(layer, part);
            List<String> names = IntStream.range(0, experts.numExperts())
                    .mapToObj(expert -> stack.checkpoint(family, expert))
                    .toList();
            items.add(new Item(stack.gguf(), names, Kind.STACK));
        }
        if (experts.sharedExpertIntermediateSize() > 0) {
            add(block + ".shared_expert_gate" + WEIGHT, Kind.ROW);
            GATED.forEach(part -> add(block + ".shared_expert." + part + WEIGHT, Kind.PARAMETER));
        }
    }

    /// {@return the tensors whose parameters are there}
    ///
    /// @throws IllegalArgumentException when parameters are missing, or there are some that files do not hold
    List<Item> items(Set<String> there) {
        var left = new TreeSet<>(there);
        left.removeIf(name -> name.endsWith("rotary_emb.inv_freq"));
        var found = new ArrayList<Item>();
        for (Item item : items) {
            for (String name : item.names()) {
                boolean here = left.remove(name);
                if (!here && (isNeeded(name) || item.kind() == Kind.STACK)) {
                    throw new IllegalArgumentException("the model lacks weights, such as " + name);
                }
            }
            boolean repeated = config.tieWordEmbeddings() && item.names().contains(TensorNames.HEAD); // in some folders
            if (there.contains(item.names().getFirst()) && !repeated) {
                found.add(item);
            }
        }
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(
                    "the model has weights that GGUF files do not hold, such as " + left.first());
        }
        return found;
    }

    private boolean isNeeded(String name) {
        if (name.equals(TensorNames.HEAD)) {
            return !config.tieWordEmbeddings();
        }
        boolean headNorm = name.endsWith("q_norm" + WEIGHT) || name.endsWith("k_norm" + WEIGHT);
        return name.endsWith(WEIGHT) && (!headNorm || family.headNorms());
    }
}
