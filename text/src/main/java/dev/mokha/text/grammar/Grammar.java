package dev.mokha.text.grammar;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What texts may be written: a compiled grammar. Immutable; one serves any number of vocabularies, texts
/// and threads.
///
/// Every method that compiles throws a {@link GrammarException} that says what is wrong and where, also when a
/// {@link GrammarLimits limit} is exceeded; none of them can hang.
public final class Grammar {
    private final Program program;

    private Grammar(Program program) {
        this.program = program;
    }

    /// The texts that a regular expression matches as a whole.
    public static Grammar regex(String regex) {
        return regex(regex, GrammarLimits.DEFAULT);
    }

    /// The texts that a regular expression matches as a whole.
    public static Grammar regex(String regex, GrammarLimits limits) {
        var budget = new Budget(limits);
        String what = "the regular expression";
        Expr expr = RegexParser.whole(RegexParser.parse(what, regex, budget), what);
        return assemble("regex", Map.of("regex", expr), budget);
    }

    /// One of these texts.
    public static Grammar choices(List<String> choices) {
        if (choices.isEmpty()) {
            throw new GrammarException("there are no choices; give at least one");
        }
        for (String choice : choices) {
            if (choice.chars().anyMatch(c -> Character.isSurrogate((char) c))
                    && choice.codePoints().anyMatch(c -> !CharSet.ANY.contains(c))) {
                throw new GrammarException("the choice \"" + choice + "\" holds half of a surrogate pair");
            }
        }
        return assemble("choices", Map.of("choices", Expr.words(choices)), new Budget(GrammarLimits.DEFAULT));
    }

    /// Any JSON object: what OpenAI calls JSON mode. {@link JsonWhitespace#SPACED}.
    public static Grammar json() {
        return json(JsonWhitespace.SPACED);
    }

    /// Any JSON object.
    public static Grammar json(JsonWhitespace whitespace) {
        return assemble(JsonText.OBJECT, JsonText.rules(whitespace), new Budget(GrammarLimits.DEFAULT));
    }

    /// The JSON values that are valid against a JSON Schema, with {@link SchemaOptions#DEFAULT}. Keywords
    /// outside the published subset are refused by name and place.
    public static Grammar jsonSchema(String schema) {
        return jsonSchema(schema, SchemaOptions.DEFAULT);
    }

    /// The JSON values that are valid against a JSON Schema.
    public static Grammar jsonSchema(String schema, SchemaOptions options) {
        return new Grammar(SchemaCompiler.compile(schema, options));
    }

    /// A grammar in the notation of GBNF: `root ::= "yes" | "no"`.
    public static Grammar ebnf(String text) {
        return ebnf(text, GrammarLimits.DEFAULT);
    }

    /// A grammar in the notation of GBNF.
    public static Grammar ebnf(String text, GrammarLimits limits) {
        var budget = new Budget(limits);
        return assemble(EbnfParser.ROOT, EbnfParser.parse(text, budget), budget);
    }

    private static Grammar assemble(String root, Map<String, Expr> rules, Budget budget) {
        return new Grammar(Assembler.assemble(root, name -> Objects.requireNonNull(rules.get(name), name), budget));
    }

    /// {@return how far a text fits, and whether it fits as a whole}
    public Match match(String text) {
        var automaton = new Automaton(program, Integer.MAX_VALUE - 1, Constraint.DEFAULT_MEMORY);
        State state = automaton.start();
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int units = Character.charCount(c);
            State next = automaton.step(state, text.substring(i, i + units).getBytes(StandardCharsets.UTF_8));
            if (next.isDead() || !CharSet.ANY.contains(c)) {
                return new Match(i, false);
            }
            state = next;
            i += units;
        }
        return new Match(text.length(), state.accepts);
    }

    /// {@return how many instructions the grammar was compiled to}
    public int instructions() {
        return program.size();
    }

    Program program() {
        return program;
    }
}
