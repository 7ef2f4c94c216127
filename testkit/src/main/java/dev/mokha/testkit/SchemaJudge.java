package dev.mokha.testkit;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Whether texts are valid by a JSON Schema: what an independent validator says
/// (com.networknt:json-schema-validator), formats asserted.
public final class SchemaJudge {
    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private final @Nullable Schema schema;

    /// A judge of values by this schema; the draft is that of its `$schema`, 2020-12 when there is none.
    public SchemaJudge(JsonNode schema) {
        Schema made;
        try {
            var config =
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build();
            var registry =
                    SchemaRegistry.withDefaultDialect(version(schema), builder -> builder.schemaRegistryConfig(config));
            JsonNode exact = EXACT.readTree(schema.toString());
            if (exact instanceof ObjectNode object) {
                object.remove("$schema"); // known by now; a form of it that is not known would be fetched
            }
            made = registry.getSchema(exact);
        } catch (RuntimeException _) {
            made = null;
        }
        this.schema = made;
    }

    private static SpecificationVersion version(JsonNode schema) {
        String name = schema.path("$schema").asString("");
        if (name.contains("draft-04") || name.contains("draft-03")) {
            return SpecificationVersion.DRAFT_4;
        }
        if (name.contains("draft-06")) {
            return SpecificationVersion.DRAFT_6;
        }
        if (name.contains("draft-07")) {
            return SpecificationVersion.DRAFT_7;
        }
        return name.contains("2019-09") ? SpecificationVersion.DRAFT_2019_09 : SpecificationVersion.DRAFT_2020_12;
    }

    /// {@return what is wrong with a text, empty when nothing is, null when the validator cannot say}
    public @Nullable String judge(String text) {
        JsonNode value;
        try {
            value = EXACT.readTree(text);
        } catch (JacksonException e) {
            return "not JSON: " + e.getOriginalMessage();
        }
        if (schema == null) {
            return null;
        }
        try {
            return schema.validate(value).stream().map(Object::toString).collect(Collectors.joining("; "));
        } catch (RuntimeException | StackOverflowError _) {
            return null;
        }
    }
}
