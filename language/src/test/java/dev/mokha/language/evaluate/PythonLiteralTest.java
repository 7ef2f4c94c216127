package dev.mokha.language.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PythonLiteralTest {
    @Test
    void readsWhatPythonPrints() {
        assertThat(PythonLiteral.read("['a', \"it's\", 'x\\n\\'\\u0627']")).isEqualTo(List.of("a", "it's", "x\n'ا"));
        assertThat(PythonLiteral.read(" [1, -2.5, True, None, ('a', 'b'), []] "))
                .isEqualTo(Arrays.asList(1L, -2.5, true, null, List.of("a", "b"), List.of()));
        assertThat(PythonLiteral.read("['\\x41\\U0001F600',]")).isEqualTo(List.of("A😀"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[", "['a", "['a' 'b']", "[a]", "[1] 2", "'\\u12'", "'\\U7fffffff'", "['a',,]", "{1: 2}"})
    void refusesWhatIsNone(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> PythonLiteral.read(text));
    }
}
