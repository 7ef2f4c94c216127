package dev.mokha.text.chat.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Templates that mean harm end with a [TemplateException], soon, and see nothing of the host.
final class HostileTemplateTest {
    private static final Limits SMALL = new Limits(100_000, 200_000, 300, 10_000);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ 'x' * 1000000000 }}",
                "{{ [0] * 1000000000 }}",
                "{{ 'x' * 9223372036854775807 }}",
                "{{ range(1000000000)|list }}",
                "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}",
                "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
                "{% set ns = namespace(s='x') %}{% for a in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
                "{% set ns = namespace(s='x') %}{% for a in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
                "{% set ns = namespace(s='xx') %}{% for a in range(99) %}{% set ns.s = ns.s.replace('x', 'xx') %}{% endfor %}",
                "{% set ns = namespace(l=[0]) %}{% for a in range(99) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
                "{% set ns = namespace(l=[0]) %}{% for a in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
                "{% set ns = namespace(l=[0]) %}{% for a in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|tojson }}",
                "{% set ns = namespace(l=[0], m=[0]) %}{% for a in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% set ns.m = [ns.m, ns.m] %}{% endfor %}{{ ns.l == ns.m }}",
                "{% set ns = namespace(l=(0,)) %}{% for a in range(99) %}{% set ns.l = (ns.l, ns.l) %}{% endfor %}{{ {ns.l: 1} }}",
                "{% set ns = namespace(l=(0,)) %}{% for a in range(12) %}{% set ns.l = (ns.l, ns.l, ns.l, ns.l) %}{% endfor %}{{ {ns.l: 1} }}",
                "{% set ns = namespace(l=[0]) %}{% for a in range(9999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
                "{% set ns = namespace(l=[0]) %}{% for a in range(9999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l == [ns.l] }}",
                "{% set l = [] %}{{ l.append(l) }}{{ l }}",
                "{% set l = [] %}{{ l.append(l) }}{{ l|tojson }}",
                "{% set l = [1] %}{% set m = [1] %}{{ l.append(l) }}{{ m.append(m) }}{{ l == m }}",
                "{% set l = [1] %}{% set m = [1] %}{{ l.append(l) }}{{ m.append(m) }}{{ l < m }}",
                "{% set ns = namespace() %}{% set ns.me = ns %}{{ ns }}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m(n) %}{{ m(n + 1) ~ m(n + 1) }}{% endmacro %}{{ m(0) }}",
                "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
                "{% macro m() %}{% call m() %}{% endcall %}{% endmacro %}{{ m() }}",
                "{{ 'a'|indent(1000000000, true) }}",
                "{{ {'a': 1}|tojson(indent=1000000000) }}",
                "{{ '%1000000000d' % 1 }}",
                "{{ ('x' * 9999)|list|map('string')|join('y' * 9999) }}",
                "{{ ('x' * 9999)|replace('x', 'y' * 9999) }}",
                "{{ 'x'|batch(1000000000, 0)|list }}",
                "{{ 2 ** 100000 }}",
                "{{ 9223372036854775807 + 1 }}",
                "{{ -9223372036854775807 - 2 }}",
                "{{ 99999999999999999999 }}",
                "{{ range(9223372036854775806, 9223372036854775807, 5)|list }}{{ range(9223372036854775800, 9223372036854775807, 6)|list }}",
                "{{ 1 // 0 }}",
                "{{ messages.append(1) }}",
                "{{ ''.getClass() }}",
                "{{ ''.class.name }}",
                "{{ messages.getClass().forName('java.lang.Runtime') }}",
                "{{ ''.__class__.__mro__ }}",
                "{{ range.__globals__.os }}",
                "{{ namespace.__init__.__globals__ }}",
                "{{ ''.format.x }}",
            })
    void endsWithAnError(String template) {
        assertThatThrownBy(() -> render(template)).isInstanceOf(TemplateException.class);
    }

    @Property(tries = 10)
    void deepNestingIsAnErrorAndNotAStackOverflow(@ForAll @IntRange(min = 401, max = 20_000) int depth) {
        for (String[] nest : List.of(
                new String[] {"{{ ", "(", "1", ")", " }}"},
                new String[] {"{{ ", "[", "", "]", " }}"},
                new String[] {"{{ ", "not ", "1", "", " }}"},
                new String[] {"{{ ", "- ", "1", "", " }}"},
                new String[] {"{{ ", "{1:", "1", "}", " }}"},
                new String[] {"{{ ", "1 if 1 else ", "1", "", " }}"},
                new String[] {"", "{% if 1 %}", "1", "{% endif %}", ""},
                new String[] {"{% set ", "(", "a", ",)", " = 1 %}"},
                new String[] {"{{ x", "(x", "", ")", " }}"},
                new String[] {"{{ x", "[x", "", "]", " }}"})) {
            String template = nest[0] + nest[1].repeat(depth) + nest[2] + nest[3].repeat(depth) + nest[4];
            assertThatThrownBy(() -> render(template)).isInstanceOf(TemplateException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 + ", "x.", "x|d|", "1 and ", "1 or ", "1 ~ ", "1 == ", "2 * "})
    void longChainsAreAnErrorOrAValue(String link) {
        String chain = link.repeat(50_000) + (link.endsWith(".") ? "x" : link.endsWith("|") ? "d" : "1");
        try {
            render("{{ " + chain + " }}");
        } catch (TemplateException e) {
            assertThat(e.reason()).doesNotContain("stack");
        }
    }

    @Test
    void aChainAsPublishedTemplatesHaveThemIsFine() {
        assertThat(render("{{ " + "1 + ".repeat(200) + "1 }}")).isEqualTo("201");
    }

    @Test
    void variablesOfTheHostCannotBeChanged() {
        List<Object> messages = new ArrayList<>(List.of("a"));
        Template template = Template.parse("{% set m = messages %}{{ m + ['b'] }}");
        assertThat(template.render(Map.of("messages", messages), Clock.systemUTC(), SMALL)
                        .text())
                .isEqualTo("['a', 'b']");
        assertThat(messages).containsExactly("a");
    }

    @Test
    void objectsOfTheHostAreNotLetIn() {
        Template template = Template.parse("{{ x }}");
        assertThatThrownBy(() -> template.render(Map.of("x", Thread.currentThread()), Clock.systemUTC(), SMALL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Thread");
    }

    private static String render(String template) {
        return Template.parse(template)
                .render(Map.of("messages", List.of(Map.of("role", "user", "content", "x"))), Clock.systemUTC(), SMALL)
                .text();
    }
}
