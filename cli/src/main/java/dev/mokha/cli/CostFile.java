package dev.mokha.cli;

import dev.mokha.cli.facts.JsonFiles;
import dev.mokha.serve.schedule.LinearCost;
import dev.mokha.serve.simulate.StepLog;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a step costs, in a file: a line's parts in JSON, or measured steps to fit them to.
final class CostFile {
    private CostFile() {}

    static LinearCost read(Path file) {
        if (!file.toString().endsWith(".json")) {
            return LinearCost.fit(StepLog.read(file));
        }
        ObjectNode json = JsonFiles.object(file);
        return new LinearCost(
                part(json, "fixed", file),
                part(json, "prefill_token", file),
                part(json, "prefill_context", file),
                part(json, "decode_token", file),
                part(json, "decode_context", file));
    }

    private static double part(ObjectNode json, String name, Path file) {
        JsonNode value = json.path(name);
        if (!value.isNumber()) {
            throw new IllegalArgumentException(file + " has no number '" + name + "', in nanoseconds");
        }
        return value.doubleValue();
    }

    /// {@return the parts, as [#read] takes them}
    static ObjectNode json(LinearCost cost) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("fixed", cost.fixed());
        json.put("prefill_token", cost.prefillToken());
        json.put("prefill_context", cost.prefillContext());
        json.put("decode_token", cost.decodeToken());
        json.put("decode_context", cost.decodeContext());
        return json;
    }
}
