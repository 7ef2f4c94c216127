package dev.mokha.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonSchemaTest {
    private static boolean fits(String schema, String text) {
        return Grammar.jsonSchema(schema).match(text).whole();
    }

    @Test
    void propertiesComeInTheOrderOfTheSchema() {
        var grammar = Grammar.jsonSchema("""
                {"type": "object",
                 "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}, "tags": {
                    "type": "array", "items": {"enum": ["a", "b"]}, "maxItems": 2}},
                 "required": ["name"]}
                """);
        assertThat(grammar.match("{\"name\": \"Noor\", \"age\": 30, \"tags\": [\"a\", \"b\"]}")
                        .whole())
                .isTrue();
        assertThat(grammar.match("{\"name\":\"Noor\",\"tags\":[]}").whole()).isTrue();
        assertThat(grammar.match("{\"age\": 30, \"name\": \"Noor\"}").whole()).isFalse();
        assertThat(grammar.match("{\"age\": 30}").whole()).isFalse();
        assertThat(grammar.match("{\"name\": \"Noor\", \"age\": -1}").whole()).isFalse();
        assertThat(grammar.match("{\"name\": \"Noor\", \"more\": 1}").whole()).isFalse();
        assertThat(grammar.match("{\"name\": \"Noor\", \"tags\": [\"a\",\"b\",\"a\"]}")
                        .whole())
                .isFalse();
    }

    @Test
    void referencesMayRecur() {
        String tree = """
                {"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "properties": {"value": {"type": "integer"},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}, "required": ["value"]}}}
                """;
        assertThat(fits(tree, "{\"value\":1,\"children\":[{\"value\":2,\"children\":[]},{\"value\":3}]}"))
                .isTrue();
        assertThat(fits(tree, "{\"value\":1,\"children\":[{\"children\":[]}]}")).isFalse();
    }

    @Test
    void allOfHoldsTogetherAndAClosedPartClosesForTheOthers() {
        String schema = """
                {"type": "object", "allOf": [{"properties": {"a": {"type": "integer", "minimum": 2}}, "required": ["a"]},
                    {"properties": {"a": {"maximum": 4}, "b": {"type": "string"}}, "additionalProperties": false}],
                 "properties": {"c": {"type": "null"}}}
                """;
        assertThat(fits(schema, "{\"a\":3,\"b\":\"x\"}")).isTrue();
        assertThat(fits(schema, "{\"a\":5}")).isFalse();
        assertThat(fits(schema, "{\"c\":null,\"a\":3}")).isFalse();
    }

    @Test
    void undeclaredPropertiesAreWrittenWhereTheyAreSpokenOf() {
        String open = "{\"properties\": {\"a\": {}}, \"additionalProperties\": {\"type\": \"integer\"}}";
        assertThat(fits(open, "{\"a\":null,\"ab\":1,\"b\":2}")).isTrue();
        assertThat(fits(open, "{\"a\":null,\"b\":\"2\"}")).isFalse();
        assertThat(fits(open, "{\"b\":2,\"a\":3}"))
                .as("an undeclared one may not be called as a declared one")
                .isFalse();
        String patterns =
                "{\"patternProperties\": {\"^x-\": {\"type\": \"boolean\"}}, \"additionalProperties\": false}";
        assertThat(fits(patterns, "{\"x-1\":true,\"x-\\\"\":false}")).isTrue();
        assertThat(fits(patterns, "{\"y\":true}")).isFalse();
        assertThat(fits(patterns, "{\"x-1\":1}")).isFalse();
        String silent = "{\"properties\": {\"a\": {}}}";
        assertThat(fits(silent, "{\"b\":1}")).isFalse();
        var literal = SchemaOptions.DEFAULT.withReading(SchemaReading.LITERAL);
        assertThat(Grammar.jsonSchema(silent, literal).match("{\"b\":1}").whole())
                .isTrue();
        assertThat(Grammar.jsonSchema(silent, literal).match("17").whole()).isTrue();
    }

    @Property(tries = 300)
    void wholeNumbersAreExactlyThoseBetweenTheBounds(
            @ForAll @IntRange(min = -1_200, max = 1_200) int low,
            @ForAll @IntRange(min = 0, max = 1_300) int width,
            @ForAll @IntRange(min = 1, max = 60) int multiple,
            @ForAll boolean open) {
        int high = low + width;
        Assume.that(Math.floorDiv(high, multiple) * multiple > low);
        var schema = "{\"type\":\"integer\",\"%s\":%d,\"%s\":%d,\"multipleOf\":%d}"
                .formatted(
                        open ? "exclusiveMinimum" : "minimum",
                        open ? low - 1 : low,
                        open ? "exclusiveMaximum" : "maximum",
                        open ? high + 1 : high,
                        multiple);
        var grammar = Grammar.jsonSchema(schema);
        for (int i = low - 70; i <= high + 70; i++) {
            boolean inside = i >= low && i <= high && i % multiple == 0;
            assertThat(grammar.match(Integer.toString(i)).whole())
                    .as("%d in %s", i, schema)
                    .isEqualTo(inside);
        }
        assertThat(grammar.match("-0").whole()).isFalse();
        assertThat(grammar.match("007").whole()).isFalse();
    }

    @Property(tries = 300)
    void numbersAreExactlyThoseBetweenTheBounds(
            @ForAll @IntRange(min = -3_000, max = 3_000) int from,
            @ForAll @IntRange(min = 0, max = 3_000) int width,
            @ForAll boolean openLow,
            @ForAll boolean openHigh) {
        BigDecimal low = BigDecimal.valueOf(from, 2);
        BigDecimal high = BigDecimal.valueOf(from + width + 1L, 2);
        var schema = "{\"type\":\"number\",\"%s\":%s,\"%s\":%s}"
                .formatted(
                        openLow ? "exclusiveMinimum" : "minimum", low, openHigh ? "exclusiveMaximum" : "maximum", high);
        var grammar = Grammar.jsonSchema(schema);
        for (int i = -20; i <= 20; i++) {
            for (BigDecimal near : new BigDecimal[] {low, high}) {
                BigDecimal number = near.add(BigDecimal.valueOf(i, 3));
                boolean inside =
                        number.compareTo(low) >= (openLow ? 1 : 0) && number.compareTo(high) <= (openHigh ? -1 : 0);
                String text = number.signum() == 0 ? "0.000" : number.toPlainString();
                assertThat(grammar.match(text).whole())
                        .as("%s in %s", text, schema)
                        .isEqualTo(inside);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            value = {
                "{'type':'string','minLength':2,'maxLength':3} ¦ \"é漢\" ¦ true",
                "{'type':'string','minLength':2,'maxLength':3} ¦ \"\\ud83d\\ude00a\" ¦ true",
                "{'type':'string','minLength':2,'maxLength':3} ¦ \"a\" ¦ false",
                "{'type':'string','minLength':2,'maxLength':3} ¦ \"abcd\" ¦ false",
                "{'type':'string','pattern':'^a+$','maxLength':3} ¦ \"aaa\" ¦ true",
                "{'type':'string','pattern':'^a+$','maxLength':3} ¦ \"aaaa\" ¦ false",
                "{'type':'string','pattern':'b','minLength':3} ¦ \"abc\" ¦ true",
                "{'type':'string','pattern':'b','minLength':3} ¦ \"ab\" ¦ false",
                "{'type':'string','pattern':'^[^x]$'} ¦ \"\\\"\" ¦ true",
                "{'type':'string','format':'date'} ¦ \"2024-02-29\" ¦ true",
                "{'type':'string','format':'date'} ¦ \"2023-02-29\" ¦ false",
                "{'type':'string','format':'made-up'} ¦ \"anything\" ¦ true",
                "{'type':['integer','null']} ¦ null ¦ true",
                "{'const':{'a':[1,null]}} ¦ {\"a\": [1,null]} ¦ true",
                "{'enum':[1,'1',true],'type':'string'} ¦ \"1\" ¦ true",
                "{'enum':[1,'1',true],'type':'string'} ¦ 1 ¦ false",
                "{'prefixItems':[{'type':'integer'}],'items':{'type':'string'},'minItems':2} ¦ [1,\"a\"] ¦ true",
                "{'prefixItems':[{'type':'integer'}],'items':{'type':'string'},'minItems':2} ¦ [1] ¦ false",
                "{'type':'number','multipleOf':0.05} ¦ 1.15 ¦ true",
                "{'type':'number','multipleOf':0.05} ¦ 1.12 ¦ false",
                "{'type':'object','minProperties':1,'maxProperties':2} ¦ {\"a\":1,\"b\":2} ¦ true",
                "{'type':'object','minProperties':1,'maxProperties':2} ¦ {} ¦ false",
                "{'type':'object','minProperties':1,'maxProperties':2} ¦ {\"a\":1,\"b\":2,\"c\":3} ¦ false",
                "{'type':'object','propertyNames':{'maxLength':2}} ¦ {\"ab\":1} ¦ true",
                "{'type':'object','propertyNames':{'maxLength':2}} ¦ {\"abc\":1} ¦ false",
                "{'properties':{'a':{},'b':{}},'dependentRequired':{'a':['b']}} ¦ {\"a\":1,\"b\":1} ¦ true",
                "{'properties':{'a':{},'b':{}},'dependentRequired':{'a':['b']}} ¦ {\"a\":1} ¦ false",
                "{'properties':{'a':{},'b':{}},'dependentRequired':{'a':['b']}} ¦ {\"b\":1} ¦ true",
                "{'oneOf':[{'type':'integer'},{'type':'string'}]} ¦ 5 ¦ true",
                "{'type':'string','not':{'enum':['a','b']}} ¦ \"ab\" ¦ true",
                "{'type':'string','not':{'enum':['a','b']}} ¦ \"b\" ¦ false",
                "{'type':['string','null'],'not':{'type':'string'}} ¦ null ¦ true",
                "{'type':['string','null'],'not':{'type':'string'}} ¦ \"b\" ¦ false",
                "{'type':'string','not':{'pattern':'^x'}} ¦ \"ax\" ¦ true",
                "{'type':'string','not':{'pattern':'^x'}} ¦ \"xa\" ¦ false",
                "{'properties':{'a':{},'b':{}},'not':{'required':['a','b']}} ¦ {\"a\":1} ¦ true",
                "{'properties':{'a':{},'b':{}},'not':{'required':['a','b']}} ¦ {\"a\":1,\"b\":1} ¦ false",
                "{'properties':{'k':{'enum':['x','y']},'v':{}},'if':{'properties':{'k':{'const':'x'}}},'then':{'required':['v']},"
                        + "'required':['k']} ¦ {\"k\":\"y\"} ¦ true",
                "{'properties':{'k':{'enum':['x','y']},'v':{}},'if':{'properties':{'k':{'const':'x'}}},'then':{'required':['v']},"
                        + "'required':['k']} ¦ {\"k\":\"x\"} ¦ false",
                "{'properties':{'k':{'enum':['x','y']},'v':{}},'if':{'properties':{'k':{'const':'x'}}},'then':{'required':['v']},"
                        + "'required':['k']} ¦ {\"k\":\"x\",\"v\":0} ¦ true"
            })
    void keywordsHold(String schema, String text, boolean valid) {
        assertThat(fits(schema.replace('\'', '"'), text)).isEqualTo(valid);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            value = {
                "{'properties':{'a b':{'not':{'format':'date','uniqueItems':true}}}} ¦ the schema, at #/properties/a b: not with"
                        + " uniqueItems inside is not supported",
                "{'if':{'$ref':'#'},'then':{}} ¦ the schema, at #: if is not supported",
                "{'type':'integer','not':{'const':3}} ¦ the schema, at #: not with the value 3 inside is not supported",
                "{'type':'array','contains':{}} ¦ the schema, at #: contains is not supported",
                "{'type':'array','uniqueItems':true} ¦ the schema, at #: uniqueItems is not supported where an array may have"
                        + " more than one item",
                "{'type':'string','format':'regex'} ¦ the schema, at #: format \"regex\" is not supported",
                "{'$ref':'other.json'} ¦ the schema, at #: $ref \"other.json\" is to another document, and none is fetched; put"
                        + " it into $defs",
                "{'$ref':'#/$defs/a'} ¦ the schema, at #: $ref \"#/$defs/a\" refers to nothing",
                "{'oneOf':[{'type':'integer'},{'minimum':3}]} ¦ the schema, at #: oneOf has alternatives 0 and 1, which a value"
                        + " might fit both; say anyOf, tell them apart by a required property of constant value, or allow"
                        + " oneOf as anyOf",
                "{'type':'text'} ¦ the schema, at #: type \"text\" is not known; known: [array, boolean, integer, null, number,"
                        + " object, string]",
                "{'minLength':-1} ¦ the schema, at #: minLength is a whole number of 0 or more, not -1",
                "{'type':'string','pattern':'a(?=b)'} ¦ the schema, at #: pattern /a(?=b)/, at character 5: lookahead and"
                        + " lookbehind are not supported",
                "{'type':'integer','minimum':3,'maximum':2} ¦ the grammar matches no text at all",
                "{'a': ¦ the schema is not JSON",
                "[] ¦ a schema is an object, true or false, not ARRAY"
            })
    void whatIsNotSupportedIsRefusedByNameAndPlace(String schema, String message) {
        assertThatThrownBy(() -> Grammar.jsonSchema(schema.replace('\'', '"')))
                .isInstanceOf(GrammarException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void alternativesAreToldApartByAConstant() {
        String schema = """
                {"oneOf": [{"properties": {"kind": {"const": "a"}, "x": {"type": "integer"}}, "required": ["kind"]},
                           {"properties": {"kind": {"enum": ["b", "c"]}}, "required": ["kind"]}], "type": "object"}
                """;
        assertThat(fits(schema, "{\"kind\":\"a\",\"x\":1}")).isTrue();
        assertThat(fits(schema, "{\"kind\":\"c\",\"x\":1}")).isFalse();
    }

    @Test
    void aHostileSchemaCostsNoMoreThanItsLimits() {
        var limits = new GrammarLimits(20_000, 30, 1_000, Duration.ofSeconds(5));
        var options = SchemaOptions.DEFAULT.withLimits(limits);
        String deep = "{\"items\":".repeat(100) + "{}" + "}".repeat(100);
        assertThatThrownBy(() -> Grammar.jsonSchema(deep, options)).isInstanceOf(GrammarException.class);
        String wide = "{\"allOf\":[" + "{\"anyOf\":[{\"minimum\":1},{\"maximum\":0}]},".repeat(30) + "{}]}";
        assertThatThrownBy(() -> Grammar.jsonSchema(wide, options)).isInstanceOf(GrammarException.class);
        String loop =
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"$ref\":\"#/$defs/a\"}}}";
        assertThat(Grammar.jsonSchema(loop, options).match("1").whole()).isTrue();
    }
}
