package dev.mokha.language.folder;

import dev.mokha.language.decoder.Experts;
import dev.mokha.language.decoder.Family;
import dev.mokha.nn.Weights;
import dev.mokha.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Weights whose experts lie in one tensor each layer, as transformers 5 holds them in memory, under the
/// names of folders, which have one for each expert: `mlp.experts.gate_up_proj`
/// `[experts, 2 · inner, hidden]`, the gate's rows first, and `mlp.experts.down_proj`
/// `[experts, hidden, inner]`. Parts are views, not copies.
final class FusedExperts implements Weights {
    private static final Pattern FUSED = Pattern.compile("(.*)\\.mlp\\.experts\\.(gate_up_proj|down_proj)");

    private final Weights source;
    private final Map<String, Part> parts = new LinkedHashMap<>();

    /// Part of a tensor, or all of it.
    ///
    /// @param expert which one; −1 for the whole
    /// @param half 0 or 1 of two; −1 for both
    private record Part(String name, int expert, int half) {}

    private FusedExperts(Weights source, Family family) {
        this.source = source;
        boolean mixtral = family == Family.MIXTRAL;
        for (String name : source.names()) {
            Matcher fused = FUSED.matcher(name);
            long[] shape = source.shape(name);
            if (!fused.matches() || shape.length != 3 || shape[0] > Experts.MOST) {
                parts.put(mixtral ? name.replace(".mlp.", ".block_sparse_moe.") : name, new Part(name, -1, -1));
                continue;
            }
            String block = fused.group(1) + (mixtral ? ".block_sparse_moe.experts." : ".mlp.experts.");
            boolean down = fused.group(2).equals("down_proj");
            for (int expert = 0; expert < shape[0]; expert++) {
                String at = block + expert + ".";
                if (down) {
                    parts.put(at + (mixtral ? "w2" : "down_proj") + ".weight", new Part(name, expert, -1));
                } else {
                    parts.put(at + (mixtral ? "w1" : "gate_proj") + ".weight", new Part(name, expert, 0));
                    parts.put(at + (mixtral ? "w3" : "up_proj") + ".weight", new Part(name, expert, 1));
                }
            }
        }
    }

    /// {@return the weights under the names of folders, which they may already have}
    static Weights split(Weights weights, Family family) {
        boolean fused =
                weights.names().stream().anyMatch(name -> FUSED.matcher(name).matches());
        return family.mixture() && fused ? new FusedExperts(weights, family) : weights;
    }

    @Override
    public String origin() {
        return source.origin();
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(parts.keySet());
    }

    @Override
    public long[] shape(String name) {
        Part part = part(name);
        long[] whole = source.shape(part.name());
        if (part.expert() < 0) {
            return whole;
        }
        return new long[] {part.half() < 0 ? whole[1] : whole[1] / 2, whole[2]};
    }

    @Override
    public Tensor tensor(String name) {
        Part part = part(name);
        Tensor whole = source.tensor(part.name());
        if (part.expert() < 0) {
            return whole;
        }
        Tensor own = whole.select(0, part.expert());
        long rows = own.size(0) / 2;
        return part.half() < 0 ? own : own.narrow(0, part.half() * rows, rows);
    }

    private Part part(String name) {
        @Nullable Part part = parts.get(name);
        if (part == null) {
            throw new IllegalArgumentException("no tensor '" + name + "' in " + origin());
        }
        return part;
    }

    @Override
    public String file(String name) {
        return source.file(part(name).name());
    }

    @Override
    public void close() {
        source.close();
    }
}
