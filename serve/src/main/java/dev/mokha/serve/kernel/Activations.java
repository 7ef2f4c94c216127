package dev.mokha.serve.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows of float32 in the forms in which products take them, and the products. The first rows may be computed
/// in float32, or as whole numbers with quantised weights, and the others in bfloat16; see [Arithmetic].
///
/// For one caller; its [Team] does the work.
public final class Activations {
    /// Parts of a thread's share of a product: so many that threads finish together.
    private static final int PARTS = 32;

    private final Kernels kernels;
    private final @Nullable BfloatKernels bfloat;
    private final boolean bfloatForAll; // with quantised weights too
    private final Team team;
    private final Quantized whole;
    private final MemorySegment floats;
    private final MemorySegment[] scratch;

    private MemorySegment source = MemorySegment.NULL;
    private long stride;
    private List<Placed> groups = List.of();
    private int inputs;
    private boolean rounded;
    private Floats tiled = Floats.NONE;

    /// What is in `floats`: nothing yet, all rows as float32, or the exact ones so and the others in bfloat16.
    private enum Floats {
        NONE,
        ALL,
        EXACT
    }

    /// Rows that are multiplied with matrices of their own.
    ///
    /// @param rows how many
    /// @param exact how many of them, the first, are never computed in bfloat16
    public record Group(int rows, int exact) {}

    /// A group, and where its rows begin.
    private record Placed(int first, Group group, Quantized quantized) {
        int rows() {
            return group.rows;
        }
    }

    /// @param rows the most there will be
    /// @param inputs the most there will be
    public Activations(Kernels kernels, Team team, Arithmetic arithmetic, int rows, int inputs, Arena arena) {
        this.kernels = kernels;
        this.bfloat = arithmetic == Arithmetic.EXACT ? null : kernels.bfloat();
        this.bfloatForAll = bfloat != null && arithmetic == Arithmetic.BALANCED;
        this.team = team;
        this.whole = Quantized.allocate(arithmetic.bits(), rows, inputs, arena);
        this.floats = arena.allocate(4L * rows * inputs, 64);
        this.scratch = new MemorySegment[team.threads()];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = arena.allocate(Kernels.scratch(inputs), 64);
        }
    }

    /// Takes rows; nothing is copied before a product needs it, so they have to stay until then.
    ///
    /// @param stride floats from a row to the next
    /// @param exact how many of the rows, the first, are never computed in bfloat16
    public void take(MemorySegment source, long stride, int rows, int exact, int inputs) {
        taken(source, stride, inputs, List.of(new Placed(0, group(rows, exact), whole)));
    }

    /// Takes rows in groups, one behind the other; nothing is copied before a product needs it. A group's
    /// numbers are what they were if it came alone.
    ///
    /// @param stride floats from a row to the next
    public void take(MemorySegment source, long stride, List<Group> groups, int inputs) {
        List<Placed> placed = new ArrayList<>(groups.size());
        int first = 0;
        for (Group group : groups) {
            placed.add(new Placed(first, group(group.rows, group.exact), whole.from(first, inputs)));
            first += group.rows;
        }
        taken(source, stride, inputs, placed);
    }

    private Group group(int rows, int exact) {
        return new Group(rows, bfloat == null ? rows : exact);
    }

    private void taken(MemorySegment source, long stride, int inputs, List<Placed> groups) {
        this.source = source;
        this.stride = stride;
        this.inputs = inputs;
        this.groups = groups;
        rounded = false;
        tiled = Floats.NONE;
    }

    /// A product with the rows of a group.
    ///
    /// @param group which one, from 0
    /// @param out of the group's first row, of output 0; rows have room for whole panels of outputs
    /// @param stride floats from a row of `out` to the next
    /// @param add whether to add to what is there
    public record Product(int group, PackedMatrix weights, MemorySegment out, long stride, boolean add) {
        /// A product with the first group.
        public Product(PackedMatrix weights, MemorySegment out, long stride, boolean add) {
            this(0, weights, out, stride, add);
        }
    }

    /// Multiplies the rows with one matrix.
    public void multiply(Product product) {
        multiply(List.of(product));
    }

    /// Multiplies rows with several matrices, as one piece of work.
    public void multiply(List<Product> products) {
        prepare(products);
        int[] chunks = new int[products.size()];
        int[] starts = new int[products.size() + 1];
        int panels =
                products.stream().mapToInt(product -> product.weights.panels()).sum();
        for (int i = 0; i < chunks.length; i++) {
            Product product = products.get(i);
            chunks[i] = chunk(product.weights, panels, groups.get(product.group).rows());
            starts[i + 1] = starts[i] + (product.weights.panels() + chunks[i] - 1) / chunks[i];
        }
        team.run(starts[chunks.length], (part, thread) -> {
            int i = indexOf(starts, part);
            int from = (part - starts[i]) * chunks[i];
            Product product = products.get(i);
            part(product, from, Math.min(from + chunks[i], product.weights.panels()), scratch[thread]);
        });
    }

    /// {@return the last index whose start is not behind a part}
    private static int indexOf(int[] starts, int part) {
        int i = 0;
        while (part >= starts[i + 1]) {
            i++;
        }
        return i;
    }

    /// {@return how many panels one part has: few enough that threads finish together; with many rows as many
    /// as stay in the cache while all rows pass by, in threes, as the kernels take them}
    ///
    /// @param all panels of the products that are computed together
    private int chunk(PackedMatrix weights, int all, int rows) {
        int fair = Math.max(1, all / (PARTS * team.threads()));
        return rows <= 16
                ? Math.min(fair, weights.panels())
                : (int) Math.max(3, Math.min(fair, Kernels.CACHE / weights.panelBytes()) / 3 * 3);
    }

    private void part(Product product, int from, int to, MemorySegment scratch) {
        PackedMatrix w = product.weights;
        Placed group = groups.get(product.group);
        MemorySegment x = tiles(group);
        int first = w.type().isQuantized() ? inWholeNumbers(group) : inFloat(group);
        if (first > 0 && w.type().isQuantized()) {
            kernels.productQuantized(
                    w, from, to, first, group.quantized, product.out, product.stride, product.add, scratch);
        } else if (first > 0) {
            kernels.productFloat(w, from, to, first, x, product.out, product.stride, product.add);
        }
        if (bfloat != null && first < group.rows()) {
            bfloat.productBfloat(
                    w,
                    from,
                    to,
                    group.rows() - first,
                    x.asSlice(4L * first * inputs),
                    product.out.asSlice(4L * first * product.stride),
                    product.stride,
                    product.add,
                    scratch);
        }
    }

    private MemorySegment tiles(Placed group) {
        return floats.asSlice(4L * group.first * inputs);
    }

    /// {@return how many of a group's rows are float32, the others bfloat16}
    private int inFloat(Placed group) {
        return tiled == Floats.ALL ? group.rows() : group.group.exact;
    }

    /// {@return how many of a group's rows meet quantised weights as whole numbers, the others in bfloat16}
    private int inWholeNumbers(Placed group) {
        return bfloatForAll ? inFloat(group) : group.rows();
    }

    private void prepare(List<Product> products) {
        boolean quantized = false;
        boolean floating = false;
        Floats wanted = Floats.EXACT;
        for (Product product : products) {
            WeightType type = product.weights.type();
            if (product.weights.inputs() != inputs) {
                throw new IllegalArgumentException("rows of " + inputs + " cannot be multiplied with a matrix of "
                        + product.weights.inputs() + " inputs");
            }
            quantized |= type.isQuantized();
            floating |= !type.isQuantized();
            wanted = type == WeightType.F32 ? Floats.ALL : wanted;
        }
        floating |= quantized && bfloatForAll && groups.stream().anyMatch(group -> group.rows() > group.group.exact);
        if (floating && tiled != wanted) {
            tiled = wanted;
            rounded &= !bfloatForAll; // those that are rounded may be others now
            eachRows(this::tile);
        }
        if (quantized && !rounded) {
            rounded = true;
            eachRows(this::quantize);
        }
    }

    private void quantize(Placed group, int from, int to) {
        int rows = inWholeNumbers(group);
        if (from < rows) {
            MemorySegment first = source.asSlice(4L * group.first * stride);
            kernels.quantize(first, stride, rows, inputs, from, Math.min(to, rows), group.quantized);
        }
    }

    private interface RowRange {
        void of(Placed group, int from, int to);
    }

    private void eachRows(RowRange work) {
        int[] starts = new int[groups.size() + 1];
        for (int i = 0; i < groups.size(); i++) {
            int each = rowsAPart(groups.get(i).rows());
            starts[i + 1] = starts[i] + (groups.get(i).rows() + each - 1) / each;
        }
        team.run(starts[groups.size()], (part, _) -> {
            int i = indexOf(starts, part);
            int each = rowsAPart(groups.get(i).rows());
            int from = (part - starts[i]) * each;
            work.of(groups.get(i), from, Math.min(from + each, groups.get(i).rows()));
        });
    }

    /// {@return how many rows one part has: of many a whole tile, since two threads that write to one wait
    /// for each other's caches; of few less, so that all threads have some}
    private static int rowsAPart(int rows) {
        return rows < 64 ? 8 : 16;
    }

    private void tile(Placed group, int from, int to) {
        MemorySegment rows = source.asSlice(4L * group.first * stride);
        MemorySegment out = tiles(group);
        int first = inFloat(group);
        if (from < first) {
            kernels.tileFloat(rows, stride, first, inputs, from, Math.min(to, first), out);
        }
        if (bfloat != null && to > first) {
            bfloat.tileBfloat(
                    rows.asSlice(4L * first * stride),
                    stride,
                    group.rows() - first,
                    inputs,
                    Math.max(0, from - first),
                    to - first,
                    out.asSlice(4L * first * inputs));
        }
    }
}
