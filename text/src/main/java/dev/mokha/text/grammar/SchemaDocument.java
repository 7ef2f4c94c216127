package dev.mokha.text.grammar;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A JSON Schema as parsed, and what its references refer to. Nothing is fetched: a reference to another
/// document is refused.
final class SchemaDocument {
    private static final URI NOWHERE = URI.create("schema:/");
    private final SchemaPlace root;
    private final boolean refAlone; // up to draft 7, keywords beside $ref count for nothing
    private final Map<URI, SchemaPlace> resources = new HashMap<>();
    private final Map<String, URI> bases = new HashMap<>(); // by pointer

    SchemaDocument(String json, Budget budget) {
        JsonNode node;
        try {
            node = mapper(budget.limits().nesting()).readTree(json);
        } catch (JacksonException e) {
            throw new GrammarException("the schema is not JSON: " + e.getOriginalMessage(), e);
        }
        if (!node.isObject() && !node.isBoolean()) {
            throw new GrammarException("a schema is an object, true or false, not " + node.getNodeType());
        }
        root = new SchemaPlace("#", node);
        String draft = node.path("$schema").asString("");
        refAlone = draft.matches(".*draft-0[3467].*");
        index(budget);
    }

    private static JsonMapper mapper(int nesting) {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(2 * nesting)
                                .build())
                        .build())
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }

    private record Visit(SchemaPlace place, URI base, boolean isSchema) {}

    /// Finds every `$id` and `$anchor`; what is below `enum` and `const` is no schema.
    private void index(Budget budget) {
        var work = new ArrayDeque<Visit>();
        work.add(new Visit(root, NOWHERE, true));
        resources.put(NOWHERE, root);
        while (!work.isEmpty()) {
            budget.spend();
            Visit visit = work.pop();
            SchemaPlace place = visit.place;
            URI base = visit.base;
            JsonNode node = place.schema();
            if (node.isObject()) {
                if (visit.isSchema) {
                    base = named(place, base);
                }
                bases.put(place.pointer(), base);
                for (String key : node.propertyNames()) {
                    if (!key.equals("enum") && !key.equals("const")) {
                        boolean map = visit.isSchema
                                && (key.equals("properties")
                                        || key.equals("patternProperties")
                                        || key.equals("$defs")
                                        || key.equals("definitions")
                                        || key.equals("dependentSchemas"));
                        work.add(new Visit(place.at(key), base, !map));
                    }
                }
            } else if (node.isArray()) {
                for (int i = 0; i < node.size(); i++) {
                    work.add(new Visit(new SchemaPlace(place.pointer() + "/" + i, node.get(i)), base, true));
                }
            }
        }
    }

    private URI named(SchemaPlace place, URI outer) {
        JsonNode id = place.schema().get("$id") == null
                ? place.schema().get("id")
                : place.schema().get("$id");
        URI base = outer;
        if (id != null && id.isString() && !(refAlone && place.has("$ref"))) {
            URI resolved = resolved(outer, id.stringValue());
            if (resolved != null) {
                resources.putIfAbsent(resolved, place);
                String fragment = resolved.getRawFragment();
                base = fragment == null || fragment.isEmpty() ? withoutFragment(resolved) : outer;
                resources.putIfAbsent(withoutFragment(resolved), place);
            }
        }
        for (String key : new String[] {"$anchor", "$dynamicAnchor"}) {
            JsonNode anchor = place.schema().get(key);
            if (anchor != null && anchor.isString()) {
                URI resolved = resolved(base, "#" + anchor.stringValue());
                if (resolved != null) {
                    resources.putIfAbsent(resolved, place);
                }
            }
        }
        return base;
    }

    private static @Nullable URI resolved(URI base, String reference) {
        try {
            return base.resolve(reference);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static URI withoutFragment(URI uri) {
        String text = uri.toString();
        int hash = text.indexOf('#');
        return hash < 0 ? uri : URI.create(text.substring(0, hash));
    }

    SchemaPlace root() {
        return root;
    }

    /// {@return whether the keywords beside a reference count for nothing}
    boolean refAlone() {
        return refAlone;
    }

    /// {@return what `$ref` at a place refers to}
    SchemaPlace referred(SchemaPlace from) {
        String reference = from.text("$ref");
        URI base = bases.getOrDefault(from.pointer(), NOWHERE);
        int hash = reference.indexOf('#');
        String address = hash < 0 ? reference : reference.substring(0, hash);
        String fragment = hash < 0 ? "" : reference.substring(hash + 1);
        URI document = address.isEmpty() ? base : resolved(base, address);
        SchemaPlace resource = document == null ? null : resources.get(withoutFragment(document));
        if (resource == null) {
            throw from.error(
                    "$ref", "\"" + reference + "\" is to another document, and none is fetched; put it into $defs");
        }
        if (fragment.isEmpty()) {
            return resource;
        }
        SchemaPlace found;
        if (fragment.startsWith("/")) {
            found = pointed(resource, fragment);
        } else {
            URI named = resolved(withoutFragment(document == null ? NOWHERE : document), "#" + fragment);
            found = named == null ? null : resources.get(named);
        }
        if (found == null) {
            throw from.error("$ref", "\"" + reference + "\" refers to nothing");
        }
        return found;
    }

    private static @Nullable SchemaPlace pointed(SchemaPlace resource, String pointer) {
        SchemaPlace at = resource;
        for (String raw : pointer.substring(1).split("/", -1)) {
            String key;
            try {
                key = URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException _) {
                return null;
            }
            key = key.replace("~1", "/").replace("~0", "~");
            JsonNode node = at.schema();
            if (node.isObject() && node.has(key)) {
                at = at.at(key);
            } else if (node.isArray() && key.matches("\\d{1,6}") && Integer.parseInt(key) < node.size()) {
                at = new SchemaPlace(at.pointer() + "/" + key, node.get(Integer.parseInt(key)));
            } else {
                return null;
            }
        }
        return at.schema().isObject() || at.schema().isBoolean() ? at : null;
    }
}
