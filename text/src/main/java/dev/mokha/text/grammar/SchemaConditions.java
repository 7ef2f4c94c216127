package dev.mokha.text.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Keywords that say "if a property is there, then …", as alternatives: the property is not there, or it is
/// and the rest holds.
final class SchemaConditions {
    private SchemaConditions() {}

    /// {@return for each condition of a schema its alternatives, each a list of schemas that hold together}
    static List<List<List<SchemaPlace>>> of(SchemaPlace place) {
        var out = new ArrayList<List<List<SchemaPlace>>>();
        for (String keyword : List.of("dependentRequired", "dependentSchemas", "dependencies")) {
            JsonNode conditions = place.schema().get(keyword);
            if (conditions == null) {
                continue;
            }
            if (!conditions.isObject()) {
                throw place.error(keyword, "is an object");
            }
            for (Map.Entry<String, JsonNode> condition : conditions.properties()) {
                out.add(alternatives(place.at(keyword).at(condition.getKey()), condition.getKey()));
            }
        }
        return out;
    }

    private static List<List<SchemaPlace>> alternatives(SchemaPlace then, String name) {
        ObjectNode without = JsonNodeFactory.instance.objectNode();
        without.putObject("properties").put(name, false);
        ObjectNode with = JsonNodeFactory.instance.objectNode();
        var required = with.putArray("required").add(name);
        var present = new SchemaPlace(then.pointer() + "/present", with);
        var absent = new SchemaPlace(then.pointer() + "/absent", without);
        if (then.schema().isArray()) {
            then.schema().forEach(required::add);
            return List.of(List.of(absent), List.of(present));
        }
        if (then.schema().isString()) { // as draft 3 had it
            required.add(then.schema());
            return List.of(List.of(absent), List.of(present));
        }
        return List.of(List.of(absent), List.of(present, then));
    }
}
