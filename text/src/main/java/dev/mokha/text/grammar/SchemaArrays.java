package dev.mokha.text.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// Arrays of a schema.
final class SchemaArrays {
    private static final List<String> REFUSED = List.of("contains", "unevaluatedItems");

    private SchemaArrays() {}

    static void refuse(SchemaBranch branch) {
        for (String keyword : REFUSED) {
            SchemaPlace place = branch.with(keyword);
            if (place != null
                    && (keyword.equals("contains")
                            || !place.schema().get(keyword).asBoolean(false))) {
                throw place.unsupported(keyword);
            }
        }
        SchemaPlace unique = branch.with("uniqueItems");
        if (unique != null && unique.schema().get("uniqueItems").asBoolean(false) && branch.smallest("maxItems") > 1) {
            throw unique.error("uniqueItems", "is not supported where an array may have more than one item");
        }
    }

    /// {@return the schemas of the item at an index}
    static List<SchemaPlace> item(SchemaBranch branch, int index) {
        var out = new ArrayList<SchemaPlace>();
        for (SchemaPlace place : branch.places()) {
            JsonNode items = place.schema().get("items");
            boolean listed = items != null && items.isArray(); // up to 2019-09
            String prefix = listed ? "items" : "prefixItems";
            if (listed || place.has("prefixItems")) {
                if (index < place.schema().get(prefix).size()) {
                    out.add(place.at(prefix, index));
                    continue;
                }
            }
            String rest = listed ? "additionalItems" : "items";
            if (place.has(rest)) {
                out.add(place.at(rest));
            }
        }
        return out;
    }

    private static int prefixes(SchemaBranch branch) {
        int most = 0;
        for (SchemaPlace place : branch.places()) {
            JsonNode items = place.schema().get("items");
            JsonNode prefix =
                    items != null && items.isArray() ? items : place.schema().get("prefixItems");
            most = Math.max(most, prefix == null ? 0 : prefix.size());
        }
        return most;
    }

    /// @param value what a value of these schemas is written as
    static Expr expr(SchemaBranch branch, JsonWhitespace space, Function<List<SchemaPlace>, Expr> value) {
        refuse(branch);
        int least = branch.largest("minItems");
        int most = branch.smallest("maxItems");
        if (least > most) {
            return Expr.NEVER;
        }
        int prefixes = Math.min(prefixes(branch), most);
        Expr comma = Expr.sequence(Expr.literal(","), space.behindComma());
        if (prefixes == 0) {
            Expr item = value.apply(item(branch, 0));
            return JsonText.array(JsonText.list(item, least, most, space), space);
        }
        var graph = new Expr.Graph();
        for (int i = 0; i <= prefixes; i++) {
            graph.node(i >= least);
            if (i > 0) {
                Expr item = value.apply(item(branch, i - 1));
                graph.edge(i - 1, i == 1 ? item : Expr.sequence(comma, item), i);
            }
        }
        int end = graph.node(true);
        if (most > prefixes) {
            Expr more = Expr.sequence(comma, value.apply(item(branch, prefixes)));
            int upTo = most == Expr.UNBOUNDED ? most : most - prefixes;
            graph.edge(prefixes, new Expr.Repeat(more, Math.max(least - prefixes, 1), Math.max(upTo, 1)), end);
        }
        return JsonText.array(graph, space);
    }
}
