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

    /// A projection that the adapter changes.
    private record Changed(Spot spot, int projection) {
        Site site() {
            return spot.site();
        }

        String path(DecoderConfig config) {
            return site().path(config, spot.layer(), spot.expert(), projection);
        }
    }

    private AdapterFolder(Path path, LoRA lora, DecoderConfig config, Safetensors file) {
        this.path = path;
        this.lora = lora;
        this.config = config;
        this.file = file;
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            for (Site site : Site.values()) {
                for (int expert = 0; expert < site.count(config, layer); expert++) {
                    changed.addAll(changed(new Spot(layer, site, expert)));
                }
            }
        }
        this.type = check();
    }

    private List<Changed> changed(Spot spot) {
        return IntStream.range(0, spot.site().projections(config).size())
                .mapToObj(projection -> new Changed(spot, projection))
                .filter(one -> lora.covers(one.path(config)))
                .toList();
    }

    /// Reads and checks a folder; the weights themselves are read by [#pack].
    ///
    /// @param config the base model's
    /// @throws IllegalArgumentException when it is no such folder, or not for this model; the message says why
    public static AdapterFolder open(Path path, DecoderConfig config) {
        PeftFolder peft = PeftFolder.open(path);
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
            return new AdapterFolder(path, peft.lora(), config, file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// {@return the type in which all matrices are packed}
    private WeightType check() {
        Set<String> left = new LinkedHashSet<>(file.names());
        var types = EnumSet.noneOf(DType.class);
        int rank = lora.rank();
        for (Changed one : changed) {
            String a = PeftFolder.nameOfA(one.path(config));
            String b = PeftFolder.nameOfB(one.path(config));
            types.add(require(a, rank, one.site().inputs(config)));
            types.add(require(b, one.site().outputs(config, one.projection), rank));
            left.remove(a);
            left.remove(b);
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

    private DType require(String name, int rows, int width) {
        if (!file.names().contains(name)) {
            throw new IllegalArgumentException(path.resolve(PeftFolder.WEIGHTS) + " has no tensor '" + name
                    + "', which its target_modules and the model's layers ask for");
        }
        Safetensors.Stored stored = file.info(name);
        if (!stored.shape().equals(List.of((long) rows, (long) width))) {
            throw new IllegalArgumentException("tensor '" + name + "' of " + path + " has the shape " + stored.shape()
                    + "; with r = " + lora.rank() + " the model takes [" + rows + ", " + width + "]");
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
                bytes += PackedMatrix.bytes(type, site.outputs(config, one.projection), paddedRank());
            }
        }
        return bytes;
    }

    /// {@return what is changed, by the place where it is}
    private List<List<Changed>> groups() {
        var groups = new ArrayList<List<Changed>>();
        for (Changed one : changed) {
            if (groups.isEmpty() || !groups.getLast().getFirst().spot.equals(one.spot)) {
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
                spots.put(group.getFirst().spot, pack(group, arena, reading));
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
            fill(down, column, PeftFolder.nameOfA(one.path(config)), reading);
            PackedMatrix up = PackedMatrix.allocate(type, site.outputs(config, one.projection), rank, arena);
            fill(up, 0, PeftFolder.nameOfB(one.path(config)), reading);
            ups.add(new LowRank.Up(one.projection, column, up));
        }
        return new LowRank(down, ups);
    }

    /// Packs a tensor as the rows of a matrix from one on; what its rows lack in width is zero.
    private void fill(PackedMatrix matrix, int first, String name, Arena reading) {
        Safetensors.Stored stored = file.info(name);
        MemorySegment bytes = file.bytes(name, reading);
        int rows = Math.toIntExact(stored.shape().getFirst());
        int width = Math.toIntExact(stored.shape().getLast());
        MemorySegment row = reading.allocate(4L * Math.max(width, matrix.inputs()), 64);
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < width; k++) {
                Floats.copy(packed(stored.dtype()), bytes, (long) i * width + k, type, row, k);
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
