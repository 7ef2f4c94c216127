package dev.mokha.knowledge.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class NearestTest {
    @Test
    void swappedLettersOfAShortNameAreOneMistake() {
        assertThat(Nearest.to("anan", List.of("anna", "bert", "hannah"), 3)).containsExactly("anna");
        assertThat(Nearest.to("Ciaro", List.of("Cairo", "Paris"), 3)).containsExactly("Cairo");
        assertThat(Nearest.to("القاهرة", List.of("القاهره", "باريس"), 3)).containsExactly("القاهره");
    }

    @Property(tries = 500)
    void distancesAreThoseOfThePlainRecursionUpToTheLimit(
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 6) String one,
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 6) String other,
            @ForAll @IntRange(max = 6) int limit) {
        int plain = plain(one, one.length(), other, other.length());
        int distance = Nearest.distance(one, other, limit);
        if (plain <= limit) {
            assertThat(distance).isEqualTo(plain);
        } else {
            assertThat(distance).isGreaterThan(limit);
        }
    }

    private static int plain(String one, int i, String other, int j) {
        if (i == 0 || j == 0) {
            return i + j;
        }
        int change = plain(one, i - 1, other, j - 1) + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        int best = Math.min(change, 1 + Math.min(plain(one, i - 1, other, j), plain(one, i, other, j - 1)));
        boolean swap =
                i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1);
        return swap ? Math.min(best, 1 + plain(one, i - 2, other, j - 2)) : best;
    }
}
