package dev.mokha.knowledge.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class PackedNamesTest {
    private static final long PLENTY = 1 << 24;

    @Property(tries = 100)
    void namesAreFoundAsInAMap(@ForAll @Size(max = 300) List<String> names) {
        var packed = new PackedNames(PLENTY);
        var map = new HashMap<String, Integer>();
        for (String name : names) {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            String read = new String(bytes, StandardCharsets.UTF_8); // without halves of surrogate pairs
            assertThat(packed.find(bytes)).isEqualTo(map.getOrDefault(read, -1));
            if (map.putIfAbsent(read, 7 * map.size()) == null) {
                assertThat(packed.add(bytes, map.get(read))).isTrue();
            }
        }
        map.forEach((name, number) ->
                assertThat(packed.find(name.getBytes(StandardCharsets.UTF_8))).isEqualTo(number));
    }

    @Test
    void namesWithoutRoomAreRefusedAndTheOthersStay() {
        var packed = new PackedNames(100_000);
        int taken = 0;
        while (packed.add(name(taken), taken)) {
            taken++;
        }
        assertThat(taken).isBetween(1000, 20_000);
        for (int i = 0; i < taken; i++) {
            assertThat(packed.find(name(i))).isEqualTo(i);
        }
        assertThat(packed.find(name(taken))).isEqualTo(-1);
    }

    private static byte[] name(int number) {
        return ("entity/" + number).getBytes(StandardCharsets.UTF_8);
    }
}
