package dev.mokha.serve.adapter;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.PeftFolder;
import dev.mokha.serve.kernel.PackedMatrix;
import dev.mokha.serve.kernel.WeightType;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.SafetensorsException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// An adapter's folder as PEFT writes it, [PeftFolder], held against the base model's shapes: LoRA and rsLoRA
/// of the projections in attention and feed-forward, those of experts too. All else is refused by its name.
///
/// ```java
/// try (var folder = AdapterFolder.open(path, config)) {
///     adapter = folder.pack();
/// }
/// ```
public final class AdapterFolder implements AutoCloseable {
    private static final int NAMED = 3;

    private final Path path;
    private final LoRA lora;
    private final DecoderConfig config;
    private final Safetensors file;
    private final List<Changed> changed = new ArrayList<>();
    private final WeightType type;

    private AdapterFolder(Path path, PeftFolder peft, DecoderConfig config, Safetensors file) {
        this.path = path;
        this.lora = peft.lora();
        this.config = config;
        this.file = file;
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            for (Site site : Site.values()) {
                for (int expert = 0; expert < site.count(config, layer); expert++) {
                    changed.addAll(changed(peft, new Spot(layer, site, expert)));
                }
            }
        }
        this.type = check();
    }

    private List<Changed> changed(PeftFolder peft, Spot spot) {
        return IntStream.range(0, spot.site().projections(config).size())
                .mapToObj(projection -> Changed.of(peft, config, spot, projection))
                .flatMap(Optional::stream)
                .toList();
    }

    /// Reads and checks a folder; the weights themselves are read by [#pack].
    ///
    /// @param config the base model's
    /// @throws IllegalArgumentException when it is no such folder, or not for this model; the message says why
    public static AdapterFolder open(Path path, DecoderConfig config) {
        PeftFolder peft = PeftFolder.openWithParameters(path);
        if (peft.lora().form() == LoRA.Form.DORA) {
            throw new IllegalArgumentException(path + " is a DoRA adapter, which changes the lengths of the base"
                    + " model's rows and so cannot share them; serve the merged model, which `mokha tune` writes"
                    + " beside it");
        }
        Safetensors file;
        try {
            file = Safetensors.open(path.resolve(PeftFolder.WEIGHTS));
        } catch (SafetensorsException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        try {
            return new AdapterFolder(path, peft, config, file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// {@return the type in which all matrices are packed}
    private WeightType check() {
        Set<String> left = new LinkedHashSet<>(file.names());
        var types = EnumSet.noneOf(DType.class);
        for (Changed one : changed) {
            types.add(require(one.a()));
            types.add(require(one.b()));
            left.remove(one.a().name());
            left.remove(one.b().name());
        }
        if (!left.isEmpty()) {
            String named = left.stream().limit(NAMED).collect(Collectors.joining(", "));
            throw new IllegalArgumentException(path + " changes what no adapter may change here: " + named
                    + (left.size() > NAMED ? " and " + (left.size() - NAMED) + " more" : "")
                    + "; an adapter is of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj and down_proj (of experts"
                    + " w1, w2 and w3 where they are called so) in the model's " + config.numHiddenLayers()
                    + " layers; else merge it and serve that");
        }
        if (changed.isEmpty()) {
            throw new IllegalArgumentException(
                    path + " changes nothing: none of the model's projections matches its target_modules, "
                            + lora.targets());
        }
        return types.size() == 1 ? packed(types.iterator().next()) : WeightType.F32;
    }

    /// {@return whether it changes a mixture's experts}
    public boolean changesExperts() {
        return changed.stream().anyMatch(one -> one.spot().site().inMixture());
    }

    private DType require(StoredMatrix matrix) {
        String name = matrix.name();
        if (!file.names().contains(name)) {
            throw new IllegalArgumentException(path.resolve(PeftFolder.WEIGHTS) + " has no tensor '" + name
                    + "', which its target_modules and the model's layers ask for");
        }
        Safetensors.Stored stored = file.info(name);
        if (!stored.shape().equals(matrix.shape())) {
            throw new IllegalArgumentException("tensor '" + name + "' of " + path + " has the shape " + stored.shape()
                    + "; with r = " + lora.rank() + " the model takes " + matrix.shape());
        }
        packed(stored.dtype()); // or refuses it
        return stored.dtype();
    }

    private WeightType packed(DType stored) {
        return switch (stored) {
            case FLOAT32 -> WeightType.F32;
            case FLOAT16 -> WeightType.F16;
            case BFLOAT16 -> WeightType.BF16;
            default ->
                throw new IllegalArgumentException(
                        path + " is stored as " + stored + "; adapters are of float32, float16 or bfloat16");
        };
    }

    private int paddedRank() {
        int step = PackedMatrix.FLOAT_STEP;
        return (lora.rank() + step - 1) / step * step;
    }

    /// {@return the bytes that the adapter takes in memory}
    public long bytes() {
        long bytes = 0;
        for (List<Changed> group : groups()) {
            Site site = group.getFirst().site();
            bytes += PackedMatrix.bytes(type, group.size() * paddedRank(), site.inputs(config));
            for (Changed one : group) {
                bytes += PackedMatrix.bytes(type, site.outputs(config, one.projection()), paddedRank());
            }
        }
        return bytes;
    }

    /// {@return what is changed, by the place where it is}
    private List<List<Changed>> groups() {
        var groups = new ArrayList<List<Changed>>();
        for (Changed one : changed) {
            if (groups.isEmpty() || !groups.getLast().getFirst().spot().equals(one.spot())) {
                groups.add(new ArrayList<>());
            }
            groups.getLast().add(one);
        }
        return groups;
    }

    /// {@return the adapter, in memory of its own}
    /// @throws IllegalArgumentException when the file was cut short meanwhile
    @SuppressWarnings("MustBeClosedChecker") // closed by the adapter
    public Adapter pack() {
        Arena arena = Arena.ofShared();
        try (var reading = Arena.ofConfined()) {
            Map<Spot, LowRank> spots = new HashMap<>();
            for (List<Changed> group : groups()) {
                spots.put(group.getFirst().spot(), pack(group, arena, reading));
            }
            return new Adapter(arena, lora.rank(), (float) lora.scaling(), spots);
        } catch (SafetensorsException e) {
            arena.close();
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private LowRank pack(List<Changed> group, Arena arena, Arena reading) {
        Site site = group.getFirst().site();
        int rank = paddedRank();
        PackedMatrix down = PackedMatrix.allocate(type, group.size() * rank, site.inputs(config), arena);
        var ups = new ArrayList<LowRank.Up>();
        for (Changed one : group) {
            int column = ups.size() * rank;
            fill(down, column, one.a(), reading);
            PackedMatrix up = PackedMatrix.allocate(type, site.outputs(config, one.projection()), rank, arena);
            fill(up, 0, one.b(), reading);
            ups.add(new LowRank.Up(one.projection(), column, up));
        }
        return new LowRank(down, ups);
    }

    /// Packs what is stored as the rows of a matrix from one on; what its rows lack in width is zero.
    private void fill(PackedMatrix matrix, int first, StoredMatrix from, Arena reading) {
        DType stored = file.info(from.name()).dtype();
        MemorySegment bytes = file.bytes(from.name(), reading);
        MemorySegment row = reading.allocate(4L * Math.max(from.columns(), matrix.inputs()), 64);
        for (int i = 0; i < from.rows(); i++) {
            for (int k = 0; k < from.columns(); k++) {
                Floats.copy(packed(stored), bytes, from.at(i, k), type, row, k);
            }
            matrix.fill(first + i, row);
        }
    }

    /// {@return the policy that the folder describes}
    public LoRA lora() {
        return lora;
    }

    @Override
    public void close() {
        file.close();
    }
}
