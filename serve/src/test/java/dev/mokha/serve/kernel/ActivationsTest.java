package dev.mokha.serve.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rows in groups against each group alone, to the bit.
class ActivationsTest {
    private static final int INPUTS = 256;
    private static final int OUTPUTS = 48;
    private static final List<Activations.Group> GROUPS = List.of(
            new Activations.Group(19, 3),
            new Activations.Group(0, 0),
            new Activations.Group(1, 1),
            new Activations.Group(7, 0),
            new Activations.Group(33, 33));

    @ParameterizedTest
    @EnumSource(Arithmetic.class)
    void aGroupHasTheNumbersThatItHasAlone(Arithmetic arithmetic) {
        for (Kernels kernels : KernelsTest.all()) {
            for (WeightType type :
                    List.of(WeightType.F32, WeightType.F16, WeightType.BF16, WeightType.Q8_0, WeightType.Q4_K)) {
                compare(kernels, type, arithmetic);
            }
        }
    }

    private static void compare(Kernels kernels, WeightType type, Arithmetic arithmetic) {
        var random = new Random(4);
        try (var arena = Arena.ofShared();
                var team = new Team(2)) {
            var activations = new Activations(kernels, team, arithmetic, 60, INPUTS, arena);
            MemorySegment x = Blocky.gaussian(60L * INPUTS, random, arena);
            MemorySegment out = arena.allocate(4L * 60 * OUTPUTS, 64);
            MemorySegment alone = arena.allocate(out.byteSize(), 64);
            List<PackedMatrix> weights = new ArrayList<>();
            List<Activations.Product> products = new ArrayList<>();
            int first = 0;
            for (int i = 0; i < GROUPS.size(); i++) {
                weights.add(
                        Blocky.packed(type, OUTPUTS, INPUTS, Blocky.rows(type, OUTPUTS, INPUTS, random, arena), arena));
                MemorySegment own = out.asSlice(4L * first * OUTPUTS);
                products.add(new Activations.Product(i, weights.get(i), own, OUTPUTS, false));
                first += GROUPS.get(i).rows();
            }
            activations.take(x, INPUTS, GROUPS, INPUTS);
            activations.multiply(products);
            first = 0;
            for (int i = 0; i < GROUPS.size(); i++) {
                Activations.Group group = GROUPS.get(i);
                activations.take(x.asSlice(4L * first * INPUTS), INPUTS, group.rows(), group.exact(), INPUTS);
                activations.multiply(
                        new Activations.Product(weights.get(i), alone.asSlice(4L * first * OUTPUTS), OUTPUTS, false));
                first += group.rows();
            }
            assertThat(Blocky.floats(out)).as("%s %s", kernels.describe(), type).isEqualTo(Blocky.floats(alone));
        }
    }
}
