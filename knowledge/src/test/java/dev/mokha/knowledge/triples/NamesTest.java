package dev.mokha.knowledge.triples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

final class NamesTest {

    @Property(tries = 100)
    void numbersFollowTheFirstAppearance(@ForAll List<@StringLength(min = 1, max = 3) String> names) {
        var numbered = new Names();
        names.forEach(numbered::add);
        assertThat(numbered.all()).containsExactlyElementsOf(new LinkedHashSet<>(names));
        for (String name : names) {
            assertThat(numbered.name(numbered.number(name).orElseThrow())).isEqualTo(name);
        }
    }

    @Test
    void anUnknownNumberAndAnEmptyNameAreErrors() {
        var names = new Names();
        assertThat(names.add("القاهرة")).isZero();
        assertThat(names.number("قاهرة")).isEmpty();
        assertThatThrownBy(() -> names.name(1)).hasMessageContaining("number 1").hasMessageContaining("1 names");
        assertThatThrownBy(() -> names.add("")).hasMessageContaining("empty");
    }

    @Property(tries = 50)
    void columnsGiveBackTheTriples(@ForAll @IntRange(max = 5000) int count) {
        var builder = new Triples.Builder();
        for (int i = 0; i < count; i++) {
            builder.add(i, i % 7, i * 3);
        }
        Triples triples = builder.build();
        assertThat(triples).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(triples.get(i)).isEqualTo(new Triple(i, i % 7, i * 3));
        }
        assertThat(Triples.of(triples)).isEqualTo(triples);
    }
}
